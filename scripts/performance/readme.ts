// The figures of README.md, between two comments.

import { digits, quantity, where } from "../../bench/report.js";
import type { Report } from "../../bench/schema.js";
import { table as markdownTable } from "../accuracy/markdown.js";
import { counted, times } from "./cells.js";
import { CHARTS } from "./charts.js";
import { HEADLINES, PLAIN } from "./headlines.js";
import { type Engine, reportOf } from "./results.js";

const [START, END] = ["<!-- figures: npm run docs:performance -->", "<!-- end of figures -->"];

export function withFigures(readme: string, engines: readonly Engine[]): string {
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${START} ... ${END}`);
  return `${readme.slice(0, from)}${START}\n${figures(engines)}${readme.slice(to)}`;
}

function figures(engines: readonly Engine[]): string {
  return [
    `![${CHARTS.peers.alt}](docs/performance/peers.svg)\n`,
    againstPeers(engines),
    againstPlain(engines),
    `[docs/performance.md](docs/performance.md) has every figure beside its target:\n${scores(engines)}.\n`,
  ].join("\n");
}

const NATIVE = ["PyTorch", "onnxruntime-node"];
const OURS = ["strict", "strict, out", "relaxed", "relaxed, out", "js"];

/** Times of strict, and those of the best peers over it. */
function againstPeers(engines: readonly Engine[]): string {
  const report = reportOf(engines, "peers");
  const rows = HEADLINES.flatMap(({ title, section, size }) => {
    const own = report?.measurements.filter((item) => item.section === section && item.size === size) ?? [];
    const strict = own.find(({ variant }) => variant === "strict");
    if (!strict) return [];
    const best = (wanted: (peer: string) => boolean): string => {
      const peers = own.filter(({ variant }) => variant !== "plain" && !OURS.includes(variant) && wanted(variant));
      const first = peers.sort((a, b) => a.median - b.median)[0];
      return first ? `${times(first.median / strict.median)} (${first.variant})` : "";
    };
    const native = best((peer) => NATIVE.includes(peer));
    return [[title, quantity(strict.median, "ns"), best((peer) => !NATIVE.includes(peer)), native]];
  });
  const head = ["", "strict", "the best peer in WebAssembly or JavaScript takes", "the best native one"];
  const machine = report ? where(report.environment) : "";
  return `Against peers, \`npm run bench:peers\`, one thread, ${machine}:\n\n${markdownTable(head, rows)}`;
}

function againstPlain(engines: readonly Engine[]): string {
  const [together, isolated] = (["bench", "isolated"] as const).map((name) => reportOf(engines, name));
  const rows = PLAIN.flatMap(({ title, name, size }) => {
    const of = (report: Report | undefined, variant: string) =>
      report?.measurements.find((item) => item.name === name && item.size === size && item.variant === variant);
    const [strict, twin, alone] = [of(together, "strict"), of(together, "twin"), of(isolated, "strict")];
    if (!strict || !twin) return [];
    const ratios = [strict, alone, twin].map((item) => (item?.ratio === undefined ? "" : digits(item.ratio)));
    return [[title, quantity(strict.median, "ns"), ...ratios]];
  });
  const lines = [
    "How many times as fast as plain JavaScript (`Math.exp`, float64 arithmetic, typed arrays; `bench/plain/`), all in one process",
    "as in an application, `npm run bench`. Isolated: in a process where no array buffer was ever detached (by a growing memory,",
    "say) V8 runs plain JavaScript over typed arrays faster, `npm run bench -- --isolated`.",
  ];
  return `${lines.join("\n")}\n\n${markdownTable(["", "time", "strict", "isolated", "fallback"], rows)}`;
}

function scores(engines: readonly Engine[]): string {
  const [limits, peers] = (["limits", "peers"] as const).map((name) =>
    counted(reportOf(engines, name)?.verdicts ?? []),
  );
  return `one thread ${limits}, against peers ${peers}`;
}
