// The figures of README.md, between two comments.
import { digits, quantity, score, times, where } from "../../bench/report.js";
import type { Measurement } from "../../bench/schema.js";
import { table } from "../accuracy/markdown.js";
import { CHARTS } from "./charts.js";
import { headlines } from "./headlines.js";
import { measurementsOf, runsOf } from "./results.js";

const [START, END] = ["<!-- figures: npm run docs:performance -->", "<!-- end of figures -->"];

export function withFigures(readme: string): string {
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${START} ... ${END}`);
  return `${readme.slice(0, from)}${START}\n${figures()}${readme.slice(to)}`;
}

const figures = (): string => `![${CHARTS.peers.alt}](docs/performance/peers.svg)

Against peers, \`npm run bench:peers\`, one thread, ${runsOf("peers").map(({ report }) => where(report.environment))}:

${againstPeers()}
How many times as fast as plain JavaScript (\`Math.exp\`, float64 arithmetic, typed arrays; \`bench/plain/\`), all in one process
as in an application, \`npm run bench\`. Isolated: in a process where no array buffer was ever detached (by a growing memory,
say) V8 runs plain JavaScript over typed arrays faster, \`npm run bench -- --isolated\`.

${againstPlain()}
[docs/performance.md](docs/performance.md) has every figure beside its target:
one thread ${score(measurementsOf("limits"))}, against peers ${score(measurementsOf("peers"))}.
`;

const NATIVE = ["PyTorch", "onnxruntime-node"];
const OTHERS = ["tfjs-wasm", "tfjs-cpu", "jax-js", "onnxruntime-web"];

const timeOf = (item: Measurement | undefined): string => (item ? quantity(item.median, item.unit) : "");
const ratioOf = (item: Measurement | undefined): string => (item?.ratio === undefined ? "" : digits(item.ratio));
const variantOf = (own: readonly Measurement[], name: string) => own.find(({ variant }) => variant === name);

/** Times of strict, and those of the best peers over it. */
function againstPeers(): string {
  const rows = headlines("peers").map(([title, own]) => {
    const best = (peers: readonly string[]): string => {
      const [first] = own.filter(({ variant }) => peers.includes(variant)).sort((a, b) => a.median - b.median);
      return first?.baseline ? `${times(first.median / first.baseline.median)} (${first.variant})` : "";
    };
    return [title, timeOf(variantOf(own, "strict")), best(OTHERS), best(NATIVE)];
  });
  return table(["", "strict", "the best peer in WebAssembly or JavaScript takes", "the best native one"], rows);
}

function againstPlain(): string {
  const alone = Object.fromEntries(headlines("isolated"));
  const rows = headlines("bench").map(([title, own]) => {
    const [strict, twin] = [variantOf(own, "strict"), variantOf(own, "twin")];
    return [title, timeOf(strict), ratioOf(strict), ratioOf(variantOf(alone[title], "strict")), ratioOf(twin)];
  });
  return table(["", "time", "strict", "isolated", "fallback"], rows);
}
