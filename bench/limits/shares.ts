import type { Section } from "./figure.js";

export const shares: Section[] = [];
