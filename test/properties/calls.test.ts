// Calls of every public function, drawn from test/support/public/table.ts: valid ones, wherever their arrays lie, and invalid ones.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Floats } from "../../src/index.js";
import { describeEach, type Target } from "../support/backends.js";
import { sameMemory } from "../support/image.js";
import { heapOf, image } from "../support/instance.js";
import { type Draw, holds, RUNS } from "../support/property.js";
import {
  type Broken,
  brokenCalls,
  type Call,
  fills,
  isPlain,
  layersAfter,
  make,
  prepare,
  propertyOf,
  resourcesOf,
  valuesOf,
} from "../support/public/calls.js";
import { Case, type Plan } from "../support/public/case.js";
import { type Entry, ofInstance } from "../support/public/entry.js";
import { isTensor } from "../support/public/kinds.js";
import { CELLS } from "../support/public/lstm.js";
import { RECEIVERS, TABLE } from "../support/public/table.js";

const titleOf = ({ on, name }: Entry): string => `${on}.${name}`;

const SMALL: Plan = {
  target: "js",
  seed: 1,
  rows: 2,
  cols: 3,
  hidden: 2,
  batch: 2,
  layers: 2,
  both: true,
  cell: 1,
  axis: 1,
  places: 1,
  out: false,
  full: false,
  explicit: true,
};

describe("the table", () => {
  test.each(Object.entries(RECEIVERS))("has every public member of %s", (on, receiver) => {
    const object = receiver(new Case(SMALL));
    const rows = TABLE.filter((entry) => entry.on === on).map(({ name }) => name);
    expect(rows.sort()).toEqual(on === "module" ? functionsOf(object) : membersOf(object).sort());
  });

  test.each(TABLE.filter(({ options }) => options).map((entry) => [titleOf(entry), entry] as const))(
    "has every option of %s",
    async (_, entry) => {
      const call = prepare(entry, SMALL);
      const error = await thrownBy(() => make({ ...call, options: { ...call.options, colour: 1 } }));
      const known = /expected (.*), got "colour"/.exec(error?.message ?? "")?.[1].split(", ");
      expect(known?.sort()).toEqual(
        Object.keys(entry.options ?? {})
          .map(propertyOf)
          .sort(),
      );
    },
  );

  test.each(TABLE.map((entry) => [titleOf(entry), entry] as const))(
    "has every class that %s returns",
    async (_, entry) => {
      const result = await make(prepare(entry, SMALL));
      const classes = Object.values(RECEIVERS).map((receiver) => receiver(new Case(SMALL)).constructor);
      for (const part of partsOf(result)) {
        if (typeof part !== "object" || part === null || ArrayBuffer.isView(part) || isPlain(part)) continue;
        // a parameter has no method
        if (part.constructor.name !== "Parameter") expect(classes).toContain(part.constructor);
      }
    },
  );
});

const functionsOf = (object: object): string[] =>
  Object.entries(object)
    .filter(([, value]) => typeof value === "function")
    .map(([name]) => name)
    .sort();

/** Methods and accessors on the prototypes of an object, without what is private, protected or internal. */
function membersOf(object: object): string[] {
  const members = new Set<string>();
  for (let p = Object.getPrototypeOf(object); p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    const hidden = hiddenIn(p.constructor.name);
    for (const key of Reflect.ownKeys(p)) {
      // what the language and consoles call
      if (key === "constructor" || key === "toString" || (typeof key === "symbol" && key !== Symbol.dispose)) continue;
      const name = key === Symbol.dispose ? "Symbol.dispose" : key.toString();
      if (!hidden.has(name)) members.add(name);
    }
  }
  return [...members];
}

const SOURCES = readdirSync(new URL("../../src/", import.meta.url), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.includes("binaries"))
  .map((name) => readFileSync(new URL(`../../src/${name.replaceAll("\\", "/")}`, import.meta.url), "utf8"));

/** Names that the file of a class declares private, protected or @internal. */
function hiddenIn(name: string): Set<string> {
  const text = SOURCES.find((source) => new RegExp(`class ${name}\\b`).test(source)) ?? "";
  const modifiers = "(?:(?:static|readonly|abstract|override|declare|async|get|set)\\s+)*";
  const declared = text.matchAll(new RegExp(`^\\s+(?:private|protected)\\s+${modifiers}(\\w+)`, "gm"));
  const internal = text.matchAll(new RegExp(`@internal(?:(?!\\*/)[^])*\\*/\\s*${modifiers}(\\w+)`, "g"));
  return new Set([...declared, ...internal].map((match) => match[1]));
}

/** A plan whose sizes leave no wrong value that fits by chance. */
function drawPlan(draw: Draw, target: Target, least: number): Plan {
  const size = (most: number): number => draw.size(most, least);
  const sizes = { rows: size(5), cols: size(20) + 1, hidden: size(6) + 1, batch: draw.size(3, 1) };
  // without rows there are no classes along the first axis
  const axis = sizes.rows > 0 && draw.flag() ? 0 : 1;
  return {
    target,
    seed: draw.size(2 ** 30),
    ...sizes,
    layers: draw.size(3, 1),
    both: draw.flag(),
    cell: draw.size(CELLS.length - 1),
    axis,
    places: draw.size(2 ** 30),
    out: draw.flag(),
    full: false,
    explicit: false,
  };
}

/** What a call threw, synchronously or not. */
async function thrownBy(call: () => unknown): Promise<Error | undefined> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

/** Makes the broken call, which has to be refused as one of `broken`, and leaves everything as it was. */
async function expectRefused(call: Call, wrong: Call, broken: Broken[]): Promise<void> {
  const { sc } = call.c;
  const [before, usage] = [image(sc), sc.memoryUsage];
  const error = await thrownBy(() => make(wrong));
  const what = `${titleOf(call.entry)} with ${broken.map((b) => b.what).join(" and ")}`;
  if (!error) return expect.fail(`${what} was expected to throw`);
  const fits = broken.some(({ error: kind, names }) => {
    const state = names.length === 0 || error.constructor === Error;
    const named = names.some((name) => error.message.includes(`"${name}`) && error.message.includes("expected"));
    return (
      error.constructor === kind &&
      (named || (state && /disposed|expected a forward|expected a step/.test(error.message)))
    );
  });
  if (!fits) expect.fail(`${what}: ${error.constructor.name} ${error.message}`);
  expect(sc.memoryUsage, what).toEqual(usage);
  expect(Buffer.compare(image(sc), before), `${what} changed the memory`).toBe(0);
}

/** The valid call of a plan, and what is left then. */
async function outcome(call: Call) {
  const result = await make(call);
  return {
    values: valuesOf(result),
    layers: layersAfter(call),
    usage: call.c.sc.memoryUsage,
    memory: image(call.c.sc),
  };
}

async function expectSameAfterwards(entry: Entry, plan: Plan, call: Call, what: string): Promise<void> {
  const untouched = prepare(entry, plan);
  // as many allocations as there
  brokenCalls(untouched);
  const [got, want] = [await outcome(call), await outcome(untouched)];
  expect([got.values, got.layers, got.usage], what).toEqual([want.values, want.layers, want.usage]);
  expect(sameMemory(got.memory, want.memory), `the memory after ${what}`).toBe(true);
}

describeEach(["strict", "relaxed", "js"], (target) => {
  // after dispose() of an instance there is no memory to compare: test/memory/life.test.ts
  const lasting = TABLE.filter(({ on, name }) => on !== "sc" || !/dispose/.test(name));
  const entries = lasting.filter(({ name }) => name !== "Symbol.dispose" || Symbol.dispose);

  describe("an invalid call is refused, and changes nothing", () => {
    for (const entry of entries) {
      const count = brokenCalls(prepare(entry, { ...SMALL, target })).length;
      if (count === 0) continue;

      // the checks are the same code on every backend
      if (target === "strict") {
        test(`${titleOf(entry)}, one thing wrong`, async () => {
          for (let i = 0; i < count; i++) {
            const plan = { ...SMALL, target, places: i, seed: i };
            const call = prepare(entry, plan);
            const all = brokenCalls(call);
            // what a place holds decides what is wrong there: not every call has as many
            const broken = all[i % all.length];
            await expectRefused(call, broken.call(call), [broken]);
            await expectSameAfterwards(entry, plan, call, broken.what);
          }
        });
      }

      holds(
        `${titleOf(entry)}, two things wrong`,
        async (draw) => {
          const plan = { ...drawPlan(draw, target, 2), explicit: true };
          const call = prepare(entry, plan);
          const all = brokenCalls(call);
          const [one, two] = [draw.pick(all), draw.pick(all)];
          const [first, last] = one.whole ? [two, one] : [one, two];
          await expectRefused(call, last.call(first.call(call)), [one, two]);
          await expectSameAfterwards(entry, plan, call, `${one.what} and ${two.what}`);
        },
        RUNS / 5,
      );
    }
  });

  describe("a valid call gives the same for arrays, views and tensors, in or out, and leaks nothing", () => {
    for (const entry of entries.filter(({ name }) => name !== "memoryUsage")) {
      holds(
        titleOf(entry),
        (draw) => expectSameAnywhere(entry, { ...drawPlan(draw, target, 0), full: draw.flag() }),
        RUNS / 4,
      );
    }
  });

  if (target === "strict") {
    describe("strict gives the bits of js", () => {
      for (const entry of entries.filter(ofInstance)) {
        holds(
          titleOf(entry),
          async (draw) => {
            const plan = drawPlan(draw, target, 0);
            const [got, want] = [
              await outcome(prepare(entry, plan)),
              await outcome(prepare(entry, { ...plan, target: "js" })),
            ];
            expect([got.values, got.layers, got.usage]).toEqual([want.values, want.layers, want.usage]);
          },
          RUNS / 4,
        );
      }
    });
  }
});

/** The copies of what a call is given. */
function copiesOf({ args, options, entry }: Call): [name: string, value: unknown, copy: unknown][] {
  if (fills(entry)) return [];
  const given = Object.entries({ ...args, ...options });
  return given.filter(([name]) => name !== "layers").map(([name, value]) => [name, value, valuesOf(value)]);
}

async function expectSameAnywhere(entry: Entry, plan: Plan): Promise<void> {
  const want = await outcome(prepare(entry, { ...plan, places: undefined, out: false, full: false }));
  const call = prepare(entry, plan);
  const { args, c } = call;
  const { out, gradient = true } = call.options;
  const inputs = copiesOf(call);
  const { used } = c.sc.memoryUsage;
  const input = entry.like ? ((args[entry.like] ?? call.options[entry.like]) as Floats) : undefined;
  const length = input?.length;
  const result = await make(call);
  expect([valuesOf(result), layersAfter(call)]).toEqual([want.values, want.layers]);

  for (const [name, value, copy] of inputs) {
    // a growing memory detaches views on it
    const detached = ArrayBuffer.isView(value) && value.byteLength === 0;
    if (value !== out && !detached) expect(valuesOf(value), `${name} afterwards`).toEqual(copy);
  }
  const parts = partsOf(result);
  if (out !== undefined && gradient) expect(parts, "out").toContain(out);
  else if (input && gradient) {
    expect(parts.some(isTensor), "a tensor for a tensor").toBe(isTensor(input));
    const like = parts.find((part) => part instanceof Float32Array && part.length === length);
    if (like) expect((like as Float32Array).buffer, "a new array").not.toBe(heapOf(c.sc).buffer);
  }
  if (!entry.get) expectNoLeak(call, result, used);
}

const partsOf = (result: unknown): unknown[] =>
  typeof result === "object" && result !== null && isPlain(result) ? Object.values(result) : [result];

/** What is disposed is free again, and another call needs no more. */
function expectNoLeak(call: Call, result: unknown, used: number): void {
  const { c, entry, options } = call;
  if (!ofInstance(entry)) return;
  const dispose = (value: unknown): void => {
    if (entry.on === "module") for (const each of resourcesOf(value)) if (each !== options.out) each.dispose();
  };
  dispose(result);
  if (entry.on === "module") expect(c.sc.memoryUsage.used, "after the results are disposed").toBe(used);
  if (entry.once || call.c.plan.full) return;
  const after = c.sc.memoryUsage.used;
  const again = make(call);
  // what these give is the caller's
  if (["stream", "fork"].includes(entry.name) || entry.on === "lstmCell")
    for (const each of resourcesOf(again)) each.dispose();
  dispose(again);
  expect(c.sc.memoryUsage.used, "after another call").toBe(after);
}
