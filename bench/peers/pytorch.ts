// PyTorch in a process of its own, which measures itself; see pytorch.py. Resident: its tensors are its arrays.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { TRAINING } from "../families/train.js";
import { SAMPLE_MS, summary } from "../harness.js";
import type { Case } from "./cases.js";
import type { Load, Variant } from "./peer.js";
import { pieces } from "./reference.js";

type Reply = Record<string, unknown> & { error?: string };
type Ask = (request: object) => Promise<Reply>;
type Arrays = Readonly<Record<string, Float32Array | Int32Array>>;

/** Of the libraries below PyTorch. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** The python of the environment variable PYTHON, or python3. */
export const pytorch: Load = async () => {
  const python = process.env.PYTHON ?? "python3";
  const child = spawn(python, [fileURLToPath(new URL("./pytorch.py", import.meta.url))], {
    env: { ...process.env, ...ONE_THREAD },
  });
  const ask = conversation(child);
  const { version } = await ask({}).catch((error) => {
    throw new Error(`${python} has no PyTorch to compare with (PYTHON names another python): ${error.message}`);
  });
  const folder = mkdtempSync(join(tmpdir(), "softcell-peers-"));
  const variant = (item: Case, arrays: Arrays) => remote(ask, folder, item, arrays);
  return {
    name: "PyTorch",
    version: String(version),
    timing: "itself",
    rows: (item, inputs) => (item.way === "resident" ? variant(item, { ...inputs }) : undefined),
    lstm: (item, { w, x }) => variant(item, { ...w, x }),
    train: (item, { weights, x, targets }) => variant(item, { ...weights.lstm, ...weights.linear, x, targets }),
    close: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
};

/** Answers come in the order of the questions; the first is given before any. */
function conversation(child: ChildProcessWithoutNullStreams): Ask {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint += text;
  });
  child.stdin.on("error", () => {});
  const failed = new Promise<never>((_, reject) => child.on("error", reject));
  failed.catch(() => {});
  let asked = false;
  return async (request) => {
    if (asked) child.stdin.write(`${JSON.stringify(request)}\n`);
    asked = true;
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(complaint.trim().split("\n").pop() ?? "the process ended");
    const reply = JSON.parse(value) as Reply;
    if (reply.error) throw new Error(reply.error);
    return reply;
  };
}

async function remote(ask: Ask, folder: string, item: Case, arrays: Arrays): Promise<Variant> {
  const files: Record<string, string> = {};
  for (const [name, array] of Object.entries(arrays)) {
    files[name] = join(folder, name);
    writeFileSync(files[name], new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  await ask({ case: { ...item, ...TRAINING }, files });
  const results = join(folder, "results");
  let last: Float32Array[] = [];
  return {
    run: async () => {
      const { lengths } = await ask({ results });
      const bytes = readFileSync(results);
      const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      last = pieces(all, lengths as number[]);
    },
    outputs: () => last,
    time: async ({ warmup, time }) => {
      const { samples, calls } = await ask({ measure: [warmup / 1000, time / 1000, SAMPLE_MS / 1000] });
      return summary(samples as number[], calls as number);
    },
  };
}
