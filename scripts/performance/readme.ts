// The figures of README.md, between two comments.
import { digits, quantity, where } from "../../bench/report.js";
import { table as markdownTable } from "../accuracy/markdown.js";
import { counted } from "./cells.js";
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
    `[docs/performance.md](docs/performance.md) has every figure beside its target: ${scores(engines)}.\n`,
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
      return first ? `${digits(first.median / strict.median)} (${first.variant})` : "";
    };
    const native = best((peer) => NATIVE.includes(peer));
    return [[title, quantity(strict.median, "ns"), best((peer) => !NATIVE.includes(peer)), native]];
  });
  const head = ["", "strict", "best WebAssembly or JavaScript peer, times as long", "best native"];
  return `Against peers (\`npm run bench:peers\`), on ${machineOf(engines, "peers")}:\n\n${markdownTable(head, rows)}`;
}

function againstPlain(engines: readonly Engine[]): string {
  const report = reportOf(engines, "bench");
  const rows = PLAIN.flatMap(({ title, name, size }) => {
    const of = (variant: string) =>
      report?.measurements.find((item) => item.name === name && item.size === size && item.variant === variant);
    const [strict, twin] = [of("strict"), of("twin")];
    if (!strict || !twin) return [];
    return [[title, `${digits(strict.ratio ?? 0)} (${quantity(strict.median, "ns")})`, digits(twin.ratio ?? 0)]];
  });
  const about =
    "How many times as fast as plain JavaScript (`Math.exp`, float64 arithmetic, typed arrays; `bench/plain/`)";
  return `${about}, medians of\none run of \`npm run bench\`:\n\n${markdownTable(["", "strict", "fallback"], rows)}`;
}

function machineOf(engines: readonly Engine[], name: "peers"): string {
  const report = reportOf(engines, name);
  return report ? where(report.environment) : "no machine yet";
}

function scores(engines: readonly Engine[]): string {
  const [limits, peers] = (["limits", "peers"] as const).map((name) =>
    counted(reportOf(engines, name)?.verdicts ?? []),
  );
  return `one thread ${limits}, against peers ${peers}`;
}
