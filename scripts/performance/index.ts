// Writes docs/performance.md, its charts and the figures of README.md from bench/results. Usage: npm run docs:performance
import { writePages } from "./write.js";

console.log(`wrote ${writePages().join(", ")}`);
