// Runs in Node before the browsers: what they must give, bit for bit.
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { readDirectory } from "../golden/reader.js";
import { type Bits, bitsOf } from "./bits.js";

declare module "vitest" {
  interface ProvidedContext {
    node: Bits;
  }
}

export default async function setup({ provide }: TestProject): Promise<void> {
  const data = fileURLToPath(new URL("../golden/data", import.meta.url));
  provide("node", await bitsOf("strict", readDirectory(data)));
}
