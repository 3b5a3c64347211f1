// What the kernels reach of the limits, beside their targets.
import type { Section } from "./figure.js";
import { lstm } from "./lstm.js";
import { overheads } from "./overhead.js";
import { products } from "./products.js";
import { rows } from "./rows.js";
import { steps } from "./steps.js";

export const shares: Section[] = [...products, ...rows, ...lstm, ...steps, ...overheads];
