// What the kernels reach of the limits, beside their targets.
import type { Section } from "./figure.js";
import { lstm } from "./lstm.js";
import { products } from "./products.js";
import { rows } from "./rows.js";
import { steps } from "./steps.js";
import { transfer } from "./transfer.js";

export const shares: Section[] = [...products, ...rows, ...lstm, ...steps, ...transfer];
