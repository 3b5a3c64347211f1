// A long life: dispose() of everything and use after it, instances beside each other, the limit of memory, what can be
// cloned.
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { Floats, Softcell, StateDict } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { binary, describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { type Call, make, prepare } from "../support/public/calls.js";
import type { Plan } from "../support/public/case.js";
import type { Entry } from "../support/public/entry.js";
import { TABLE } from "../support/public/table.js";
import { Random } from "../support/random.js";

const PLAN: Omit<Plan, "target"> = {
  seed: 1,
  rows: 2,
  cols: 3,
  hidden: 2,
  batch: 2,
  layers: 2,
  both: false,
  cell: 0,
  axis: 1,
  places: 1,
  out: false,
  full: false,
  explicit: true,
};

const isDispose = ({ name }: Entry): boolean => /dispose$/.test(name);
/** What works on an instance, or on something of it. */
const BOUND = TABLE.filter(({ on, args }) => on !== "module" || args?.sc);
const USES = BOUND.filter((entry) => !isDispose(entry) && entry.name !== "disposed");
const titled = (entries: readonly Entry[]) => entries.map((entry) => [`${entry.on}.${entry.name}`, entry] as const);

function thrownBy(call: Call): Error | undefined {
  try {
    make(call);
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

describeEach(["strict", "js"], (target) => {
  const plan: Plan = { ...PLAN, target };

  describe("after dispose() of the instance", () => {
    test.each(titled(USES))("%s is an Error", (_, entry) => {
      const call = prepare(entry, plan);
      call.c.sc.dispose();
      expect(thrownBy(call)).toEqual(new Error("this instance is disposed"));
    });

    test.each(titled(BOUND.filter((entry) => isDispose(entry) && entry.on !== "sc")))(
      "%s works, in whatever order things end",
      (_, entry) => {
        if (entry.name === "Symbol.dispose" && !Symbol.dispose) return;
        const call = prepare(entry, plan);
        call.c.sc.dispose();
        expect(thrownBy(call)).toBeUndefined();
      },
    );

    test("a second one is an Error", () => {
      const sc = open(target);
      sc.dispose();
      expect(() => sc.dispose()).toThrow("this instance is disposed");
    });

    test("backend and backendReason say what they said, a tensor that it is disposed", () => {
      const sc = open(target);
      const [tensor, { backend, backendReason }] = [softcell.tensor(sc, [2]), sc];
      sc.dispose();
      expect(tensor.disposed).toBe(true);
      expect([sc.backend, sc.backendReason]).toEqual([backend, backendReason]);
    });

    test("live views are detached, arrays stay", () => {
      const sc = open(target);
      const y = softcell.softmax(sc, Float32Array.of(1, 1));
      const lstm = softcell.lstm(sc, { inputSize: 2, hiddenSize: 3 });
      const views = [softcell.tensor(sc, [8]).data, lstm.params.weight_ih_l0.data, lstm.stream().step(y)];
      expect(views.map(({ length }) => length)).toEqual([8, 24, 3]);
      sc.dispose();
      expect(views.map(({ length }) => length)).toEqual([0, 0, 0]);
      expect(y).toEqual(Float32Array.of(0.5, 0.5));
    });

    test.runIf(Symbol.dispose)("so it is after Symbol.dispose", () => {
      const sc = open(target);
      sc[Symbol.dispose]();
      expect(() => softcell.tensor(sc, [1])).toThrow("this instance is disposed");
    });
  });

  describe("after dispose() of what it is called on", () => {
    const OWN = BOUND.filter(({ on }) => on !== "sc" && on !== "module" && on !== "lstmCellStep");
    test.each(titled(OWN.filter(({ name }) => name !== "disposed" && name !== "Symbol.dispose")))(
      "%s is an Error, and nothing changes",
      (_, entry) => {
        const call = prepare(entry, plan);
        (call.on as { dispose(): void }).dispose();
        const { used } = call.c.sc.memoryUsage;
        const error = thrownBy(call);
        expect(error?.constructor).toBe(Error);
        expect(error?.message).toMatch(/^this .* is disposed$/);
        expect(call.c.sc.memoryUsage.used).toBe(used);
      },
    );
  });

  test("two instances have nothing in common", () => {
    const [a, b] = [open(target), open(target, { seed: 1 })];
    const x = new Random(3).normals(300);
    const [inA, inB] = [softcell.tensor(a, [10, 30], x), softcell.tensor(b, [10, 30], x)];
    expect(() => softcell.softmax(a, inB)).toThrow('"x" expected a tensor of this instance, got one of another');
    expect(bits(softcell.softmax(a, inA))).toEqual(bits(softcell.softmax(b, inB)));
    const options = { inputSize: 3, hiddenSize: 2 };
    const [want, lstm] = [softcell.lstm(open(target, { seed: 1 }), options), softcell.lstm(b, options)];
    softcell.lstm(a, options);
    a.dispose();
    expect(bits(lstm.params.weight_ih_l0.data)).toEqual(bits(want.params.weight_ih_l0.data));
    expect(inB.data).toEqual(x);
    expect(softcell.softmax(b, x, { cols: 30 })).toHaveLength(300);
  });

  test("the limit of memory is an Error, and all of it is there again", () => {
    const maximum = 512;
    const sc = open(target, { memory: { initial: 1, maximum } });
    const { used } = sc.memoryUsage;
    const fill = () => {
      const tensors = [];
      try {
        for (;;) tensors.push(softcell.tensor(sc, [2 ** 16]));
      } catch (error) {
        expect((error as Error).constructor).toBe(RangeError);
        expect((error as Error).message).toMatch(
          /^memory expected 262144 free bytes in one piece, has \d+, and cannot grow past its \d+ bytes; it holds \d+ tensors? of/,
        );
      }
      return tensors;
    };
    const first = fill();
    // all but the pages of constants and scratch, and less than a tensor
    expect(first.length).toBeGreaterThan((maximum * 65536) / 2 ** 18 - 3);
    first.forEach((tensor, i) => {
      tensor.data.fill(i);
    });
    expect(first.every(({ data }, i) => data.every((v) => v === i))).toBe(true);
    for (const tensor of first) tensor.dispose();
    expect(sc.memoryUsage.used).toBe(used);
    expect(fill()).toHaveLength(first.length);
    expect(sc.memoryUsage.total).toBeLessThanOrEqual(maximum * 65536);
  });

  test("4 GiB at once are an Error, and the memory does not grow in vain", () => {
    const sc = open(target);
    const { total, used } = sc.memoryUsage;
    expect(() => softcell.tensor(sc, [2 ** 30])).toThrow(/^memory expected 4294967296 free bytes in one piece, has/);
    expect(sc.memoryUsage).toEqual({ total, used });
  });

  describe("structuredClone", () => {
    const through = <T>(value: T): T => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(value);
      const { message } = receiveMessageOnPort(port2) as { message: T };
      port1.close();
      return message;
    };

    test("of what lives in the memory is a DataCloneError", () => {
      const sc = open(target);
      const lstm = softcell.lstm(sc, { inputSize: 2, hiddenSize: 3 });
      for (const value of [sc, softcell.tensor(sc, [2]), lstm, lstm.params, lstm.stream(), softcell.adam(sc, lstm)]) {
        expect(() => structuredClone(value)).toThrow(/could not be cloned/);
        expect(() => through(value)).toThrow(/could not be cloned/);
      }
      expect(softcell.softmax(sc, Float32Array.of(1))).toEqual(Float32Array.of(1));
    });

    test("of results, states and state dicts is a copy that is taken again", () => {
      const sc = open(target, { seed: 4 });
      const lstm = softcell.lstm(sc, { inputSize: 2, hiddenSize: 3 });
      const stream = lstm.stream();
      const frame = Float32Array.of(1, -1);
      stream.step(frame);
      for (const copy of [structuredClone, through]) {
        const other = open(target, { seed: 5 });
        expect(copy(softcell.softmax(sc, frame))).toEqual(softcell.softmax(sc, frame));
        expect(copy(sc.memoryUsage)).toEqual(sc.memoryUsage);
        const twin = softcell.lstm(other, { inputSize: 2, hiddenSize: 3 });
        twin.loadStateDict(copy<StateDict>(lstm.stateDict()));
        const [from, to] = [stream.fork(), twin.stream()];
        to.restore(copy(stream.save()));
        expect(bits(to.step(frame))).toEqual(bits(from.step(frame)));
        const optimizer = softcell.adam(other, twin);
        optimizer.loadStateDict(copy<StateDict>(softcell.adam(sc, lstm).stateDict()));
      }
    });

    test("that transfers the memory takes nothing from WebAssembly, and from js all of it: an Error from then on", () => {
      const sc = open(target);
      const tensor = softcell.tensor(sc, [2], Float32Array.of(1, 2));
      const { data } = tensor;
      const transfer = () => structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
      if (target === "strict") {
        try {
          transfer();
        } catch {
          // Node 20 copies, others refuse
        }
        expect(tensor.data).toEqual(Float32Array.of(1, 2));
        return;
      }
      transfer();
      const gone = new Error("the memory of this instance was transferred");
      for (const use of [
        () => tensor.data,
        () => softcell.softmax(sc, tensor),
        () => softcell.softmax(sc, new Float32Array(2)),
      ]) {
        expect(use).toThrow(gone);
      }
      sc.dispose();
      expect(() => softcell.tensor(sc, [2])).toThrow("this instance is disposed");
    });

    test("of a live view is a copy of the whole memory", () => {
      const sc = open(target);
      const clone = structuredClone(softcell.tensor(sc, [2], Float32Array.of(1, 2)).data);
      expect(clone).toEqual(Float32Array.of(1, 2));
      expect(clone.buffer.byteLength).toBe(sc.memoryUsage.total);
    });
  });
});

test("a clone of the compiled module starts an instance", () => {
  const module = structuredClone(new WebAssembly.Module(binary("strict")));
  const x: Floats = Float32Array.of(1, 2, 3);
  expect(bits(softcell.softmax(softcell.initSync({ module }), x))).toEqual(
    bits(softcell.softmax(softcell.initSync(), x)),
  );
});

describe("memory that dispose() gives back", () => {
  const MIB = 2 ** 20;
  const PAGES = 512;
  const collect = globalThis.gc as () => void;

  /** Bytes of the process once garbage is gone, which takes engine and system a moment. */
  async function resident(): Promise<number> {
    for (let i = 0; i < 5; i++) {
      collect();
      await new Promise((done) => setTimeout(done, 20));
    }
    return process.memoryUsage.rss();
  }

  test.each(["strict", "js"] as const)("%s: 20 instances of 32 MiB, all still referred to", async (target) => {
    const kept: unknown[] = [];
    const live = (sc: Softcell) => {
      const tensor = softcell.tensor(sc, [5 * MIB]);
      tensor.data.fill(1);
      const lstm = softcell.lstm(sc, { inputSize: 8, hiddenSize: 8 });
      return [sc, tensor, lstm, lstm.stream(), lstm.params];
    };
    const once = () => {
      const sc = open(target, { memory: { initial: PAGES } });
      kept.push(...live(sc));
      sc.dispose();
    };
    for (let i = 0; i < 3; i++) once();
    const before = await resident();
    for (let i = 0; i < 20; i++) once();
    const added = (await resident()) - before;
    console.log(`${target}: ${(added / MIB).toFixed(1)} MiB after 20 x 32 MiB`);
    // those of 20 would be 400 MiB, as many as were written to
    expect(added).toBeLessThan(32 * MIB);
    expect(kept.length).toBe(23 * 5);
  });
});
