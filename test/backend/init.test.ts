// init() and initSync(): which backend they take, and from what.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { InitSyncOptions, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { binary } from "../support/backends.js";

/** Its properties, which do not show in a spread. */
const own = (object: object): object =>
  Object.fromEntries(Object.getOwnPropertyNames(object).map((name) => [name, Reflect.get(object, name)]));

describe("init", () => {
  const x = Float32Array.of(1, 2, 3);

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("auto takes strict, and says why", async () => {
    const sc = await softcell.init();
    expect(sc.backend).toBe("strict");
    expect(sc.backendReason).toBe("the fastest backend with the same bits everywhere");
    expect((await softcell.init({ backend: "auto" })).backend).toBe("strict");
  });

  test("a backend by name", async () => {
    for (const backend of ["strict", "js"] as const) {
      const sc = await softcell.init({ backend });
      expect([sc.backend, sc.backendReason]).toEqual([backend, "asked for"]);
    }
  });

  test("initSync takes bytes and a module, init a module", async () => {
    const bytes = binary("strict");
    const module = new WebAssembly.Module(bytes);
    const expected = softcell.softmax(await softcell.init(), x);
    const options: InitSyncOptions[] = [{ module: bytes }, { module }, { module: new Uint8Array(bytes).buffer }];
    for (const each of options) {
      for (const sc of [
        softcell.initSync(each),
        softcell.initSync({ backend: "strict", ...each }),
        await softcell.init(each),
      ]) {
        expect(sc.backend).toBe("strict");
        expect(softcell.softmax(sc, x)).toEqual(expected);
      }
    }
    expect(softcell.softmax(softcell.initSync(), x)).toEqual(expected);
    expect(softcell.softmax(softcell.initSync({ backend: "js", fallback }), x)).toEqual(expected);
  });

  test("an engine that instantiates large modules only later, as Chrome before 115 does", async () => {
    const expected = softcell.softmax(await softcell.init(), x);
    // Node compiles more when Response is asked for first, and must not find the stubs of this test or the next ones
    void globalThis.Response;
    await new Promise((done) => setTimeout(done, 100));
    let refused = 0;
    class Instance {
      constructor() {
        refused++;
        throw new RangeError("WebAssembly.Instance is disallowed on the main thread");
      }
    }
    vi.stubGlobal("WebAssembly", { ...own(WebAssembly), Instance });
    const sc = await softcell.init();
    // the probe, by which it is known; the whole binary is compiled in the background
    expect(refused).toBe(1);
    expect(sc.backend).toBe("strict");
    expect(softcell.softmax(sc, x)).toEqual(expected);
  });

  test("an engine without Buffer decodes the binary itself", async () => {
    const expected = softcell.softmax(await softcell.init(), x);
    vi.stubGlobal("Buffer", undefined);
    const sc = await softcell.init();
    vi.unstubAllGlobals();
    expect(sc.backend).toBe("strict");
    expect(softcell.softmax(sc, x)).toEqual(expected);
  });

  test("auto falls back to js where WebAssembly is missing", async () => {
    const bytes = binary("strict");
    const expected = softcell.softmax(await softcell.init(), x);
    vi.stubGlobal("WebAssembly", undefined);
    for (const sc of [
      await softcell.init(),
      softcell.initSync({ module: bytes, fallback }),
      softcell.initSync({ fallback }),
      await softcell.init({ fallback }),
    ]) {
      expect(sc.backend).toBe("js");
      expect(sc.backendReason).toContain("strict cannot run here: ");
      expect(softcell.softmax(sc, x)).toEqual(expected);
    }
  });

  test("without a fallback initSync() has nothing to fall back to", () => {
    vi.stubGlobal("WebAssembly", undefined);
    const message = '"fallback" expected fallback of softcell/js; strict cannot run here: ';
    expect(() => softcell.initSync()).toThrow(message);
  });

  test("a backend by name that cannot run is an Error", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const message = '"backend" expected one that runs; strict cannot run here: ';
    await expect(softcell.init({ backend: "strict" })).rejects.toThrow(message);
    await expect(softcell.init({ backend: "relaxed" })).rejects.toThrow("relaxed cannot run here: ");
    expect(() => softcell.initSync({ backend: "strict", module: new Uint8Array(8) })).toThrow(message);
    expect((await softcell.init({ backend: "js" })).backend).toBe("js");
  });

  test("bytes that are no module: js with auto, an Error by name", async () => {
    const module = new Uint8Array([0, 97, 115, 109]);
    const sc = await softcell.init({ module });
    expect([sc.backend, sc.backendReason.slice(0, 24)]).toEqual(["js", "strict cannot run here: "]);
    await expect(softcell.init({ backend: "strict", module })).rejects.toThrow("strict cannot run here");
  });

  test("memory: the first size, and the largest", async () => {
    const sc = await softcell.init({ memory: { initial: 2, maximum: 3 } });
    expect(sc.memoryUsage.total).toBe(2 * 65536);
    softcell.tensor(sc, [30_000]);
    expect(sc.memoryUsage.total).toBe(3 * 65536);
    expect(() => softcell.tensor(sc, [30_000])).toThrow(RangeError);
    expect((await softcell.init({ memory: { maximum: 1 } })).memoryUsage.total).toBe(65536);
  });

  test("instances are apart", async () => {
    const [a, b] = [await softcell.init(), await softcell.init()];
    const t = softcell.tensor(a, [3], x);
    expect(() => softcell.exp(b, t as Tensor)).toThrow('"x" expected a tensor of this instance');
    // a view on another instance is an array as any other
    expect(softcell.exp(b, t.data)).toEqual(softcell.exp(a, x));
  });
});
