// Copies a directory of golden cases without the ones of more than 100 KiB, which a repository need not hold.
// Usage: tsx test/golden/thin.ts FROM TO
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LIMIT = 100 * 1024;
const BYTES: Record<string, number> = { f32: 4, f64: 8, i32: 4 };

interface Ref {
  d: string;
  s: number[];
  o: number;
}

const isRef = (value: object): value is Ref => Object.keys(value).join() === "d,s,o";
const bytesOf = ({ d, s }: Ref): number => s.reduce((n, size) => n * size, BYTES[d]);

/** Every tensor reference in a value, however deep. */
function refsIn(value: unknown): Ref[] {
  if (typeof value !== "object" || value === null) return [];
  return isRef(value) ? [value] : Object.values(value).flatMap(refsIn);
}

const [from, to] = process.argv.slice(2);
if (!from || !to) throw new Error("usage: tsx test/golden/thin.ts FROM TO");
mkdirSync(to, { recursive: true });
for (const file of readdirSync(from).filter((name) => name.endsWith(".json"))) {
  const { cases, ...head } = JSON.parse(readFileSync(join(from, file), "utf8"));
  const blob = readFileSync(join(from, head.blob));
  const pieces: Buffer[] = [];
  let at = 0;
  const kept: string[] = [];
  for (const c of cases) {
    const refs = refsIn(c);
    if (refs.reduce((sum, ref) => sum + bytesOf(ref), 0) > LIMIT) {
      console.log(`left out: ${head.op}/${c.name}`);
      continue;
    }
    for (const ref of refs) {
      const length = bytesOf(ref);
      const padded = Buffer.alloc(Math.ceil(length / 8) * 8);
      blob.copy(padded, 0, ref.o, ref.o + length);
      ref.o = at;
      at += padded.length;
      pieces.push(padded);
    }
    kept.push(JSON.stringify(c));
  }
  writeFileSync(join(to, head.blob), Buffer.concat(pieces));
  const start = JSON.stringify(head).slice(0, -1);
  writeFileSync(join(to, file), `${start},"cases":[\n${kept.join(",\n")}\n]}\n`);
}
