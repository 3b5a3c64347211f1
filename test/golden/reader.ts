// Reads a directory of cases of the format golden/1.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GoldenError, type Manifest, parse } from "./manifest.js";

/** Every manifest of a directory, by name. Throws GoldenError where there is none, or one is not of this format. */
export function readDirectory(directory: string): Manifest[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw new GoldenError(`cannot read the directory ${directory}: ${(error as Error).message}`);
  }
  const manifests = names.filter((name) => name.endsWith(".json")).sort();
  if (manifests.length === 0) throw new GoldenError(`${directory} has no manifest (*.json)`);
  return manifests.map((name) => readManifest(directory, name));
}

function readManifest(directory: string, name: string): Manifest {
  const file = join(directory, name);
  try {
    const manifest = parse(readFileSync(file, "utf8"));
    const blob = readFileSync(join(directory, manifest.blob));
    // a copy of its own: a small file comes in a shared buffer, at any offset
    const bytes = blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.length);
    return manifest.decode(bytes);
  } catch (error) {
    throw new GoldenError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
