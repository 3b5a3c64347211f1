// Every target beside what was measured.
import { speed, type Verdict } from "../../bench/schema.js";
import { type Block, heading, table, text } from "./blocks.js";
import { counted, number, outcome, wanted } from "./cells.js";
import { type Engine, type Goal, goalsOf, measuredOf, type Name, reportOf, worstOf } from "./results.js";

const BUILDS = ["strict", "relaxed"];

/** A newer engine may be that much slower. */
const ENGINE_SHARE = 0.9;

const verdictsOf = (engine: Engine, name: Name): readonly Verdict[] => engine.reports[name]?.verdicts ?? [];

const casesOf = ({ cases }: Goal): string =>
  cases.length > 3 ? `${cases[0]} and ${cases.length - 1} others, the worst` : cases.join(", ");

/** The worst of the cases of each target, on every engine. */
function ofThread(engines: readonly Engine[]): Block[] {
  const measured = engines.filter(({ reports }) => reports.limits);
  const goals = goalsOf(measured.flatMap((engine) => verdictsOf(engine, "limits")));
  const head = BUILDS.flatMap((build) => [`${build}: target`, ...measured.map(({ title }) => title)]);
  const rows = goals.map((goal) => {
    const cells = BUILDS.flatMap((build) => {
      const any = worstOf(goal.verdicts, build);
      const of = measured.map((engine) => worstOf(ofGoal(goal, engine), build));
      return [any ? wanted(any) : "", ...of.map(outcome)];
    });
    return [goal.title, casesOf(goal), ...cells];
  });
  const counts = measured.map((engine) => `${engine.title}: ${counted(verdictsOf(engine, "limits"))}`);
  return [
    heading(2, "Targets, one thread"),
    text(
      "`npm run bench:limits`. Shares are of what this machine did in the same run. Of several cases with one target the worst",
      `is shown, all are below. ${counts.join("; ")}.`,
    ),
    table(["", "cases", ...head], [...rows, ...between(measured)], 2),
  ];
}

function ofGoal({ title, cases }: Goal, engine: Engine): Verdict[] {
  return verdictsOf(engine, "limits").filter((item) => item.title === title && cases.includes(item.worst));
}

/** Differences of two times have no ratio that says anything. */
const DIFFERENCE = "over its kernel";

/** The figures with a target of the newer engines against those of the first. */
function between([first, ...others]: readonly Engine[]): string[][] {
  const old = first?.reports.limits?.measurements ?? [];
  const worst = (engine: Engine, build: string) => {
    const wanted = verdictsOf(engine, "limits").filter(({ title, variant }) => {
      return variant === build && !title.includes(DIFFERENCE);
    });
    const shares = wanted.flatMap((item) => {
      const [a, b] = [old, engine.reports.limits?.measurements ?? []].map((all) => measuredOf(all, item));
      return a && b ? [{ what: item.worst, share: speed(b.unit, b.median, a.median) }] : [];
    });
    return shares.sort((a, b) => a.share - b.share)[0];
  };
  return others.map((engine) => {
    const cells = BUILDS.flatMap((build) => {
      const found = worst(engine, build);
      const state = found && (Number(found.share.toFixed(2)) >= ENGINE_SHARE ? "reached" : "**MISSED**");
      return [
        `≥ ${ENGINE_SHARE}`,
        "",
        ...others.map((o) => (o === engine && found ? `${number(found.share)} ${state}` : "")),
      ];
    });
    const whose = BUILDS.map((build) => worst(engine, build)?.what).filter(Boolean);
    return [`speed on ${engine.title} against ${first.title}`, `the worst: ${whose.join("; ")}`, ...cells];
  });
}

function ofPeers(engines: readonly Engine[]): Block[] {
  const verdicts = reportOf(engines, "peers")?.verdicts ?? [];
  const rows = verdicts.map((item) => [item.title, item.variant, wanted(item), outcome(item), item.worst]);
  return [
    heading(2, "Targets against peers"),
    text(
      "`npm run bench:peers`. softcell's time over that of the best of the peers named, in the worst of the cases; both sides in",
      `one run. ${counted(verdicts)}.`,
    ),
    table(["time over the peer's", "build", "target", "measured", "worst case, peer"], rows, 2),
  ];
}

function ofPlain(engines: readonly Engine[]): Block[] {
  const verdicts = reportOf(engines, "bench")?.verdicts ?? [];
  const isolated = reportOf(engines, "isolated")?.verdicts ?? [];
  const rows = verdicts.map((item) => {
    const alone = isolated.find(({ title, variant }) => title === item.title && variant === item.variant);
    return [item.title, item.variant, wanted(item), outcome(item), outcome(alone)];
  });
  return [
    heading(2, "Targets against plain JavaScript"),
    text(
      `\`npm run bench\`: ${counted(verdicts)}. In a process where no array buffer was ever detached (by a growing memory, say) V8`,
      "runs plain JavaScript over typed arrays faster: `npm run bench -- --isolated`.",
    ),
    table(["", "variant", "target", "measured", "isolated"], rows, 2),
  ];
}

export function targets(engines: readonly Engine[]): Block[] {
  return [...ofThread(engines), ...ofPeers(engines), ...ofPlain(engines)];
}
