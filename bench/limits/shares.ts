// What the kernels reach of the limits, beside their targets.
import type { Section } from "./figure.js";
import { lstm } from "./lstm.js";
import { products } from "./products.js";
import { rows } from "./rows.js";

export const shares: Section[] = [...products, ...rows, ...lstm];
