// Which backends run on this browser, and whether their results have the same bits.
import { type BackendName, init, lstm, type Softcell, softmax } from "softcell";
import { version } from "../../package.json";
import { MEMORY } from "./memory.js";
import { byId, make, messageOf, tableRow } from "./page.js";

const WHAT: Record<BackendName, string> = {
  strict: "WebAssembly with SIMD; the same bits everywhere",
  relaxed: "WebAssembly with relaxed SIMD, which fuses multiply and add; its bits depend on the engine",
  js: "the JavaScript fallback, with the bits of strict",
};

export async function showBackends(): Promise<void> {
  const body = byId("backend-rows", HTMLTableSectionElement);
  const reference = results(await init({ backend: "js", memory: MEMORY }));
  for (const name of Object.keys(WHAT) as BackendName[]) body.append(await row(name, reference));
  const { backend, backendReason } = await init({ memory: MEMORY });
  byId("backend-chosen", HTMLElement).textContent = `init() takes ${backend} here: ${backendReason}.`;
  const facts = byId("backend-facts", HTMLDListElement);
  facts.replaceChildren(...factsOf().flatMap(([term, value]) => [make("dt", term), make("dd", value)]));
}

async function row(name: BackendName, reference: Uint32Array): Promise<HTMLTableRowElement> {
  const started = performance.now();
  try {
    const sc = await init({ backend: name, memory: MEMORY });
    const took = performance.now() - started;
    const got = results(sc);
    const other = got.reduce((count, bits, i) => count + (bits === reference[i] ? 0 : 1), 0);
    const all = got.length.toLocaleString("en");
    const verdict = other
      ? `${other.toLocaleString("en")} of ${all} results have other bits`
      : `${all} results, same bits`;
    return tableRow([name, `runs, self-test passed, ready after ${took.toFixed(1)} ms`, verdict, WHAT[name]]);
  } catch (error) {
    return tableRow([name, messageOf(error), "", WHAT[name]]);
  }
}

/** The bits of a softmax and of an LSTM with its gradients. */
function results(sc: Softcell): Uint32Array {
  const x = Float32Array.from({ length: 4096 }, (_, i) => ((i * 2654435761) % 8191) / 512 - 8);
  const net = lstm(sc, { inputSize: 32, hiddenSize: 48 });
  const { output } = net.forward(x, { batch: 4 });
  const { dx } = net.backward(output);
  const arrays = [softmax(sc, x, { cols: 128 }), output.data, dx.data, net.params.weight_hh_l0.grad];
  return new Uint32Array(Float32Array.from(arrays.flatMap((array) => [...array])).buffer);
}

function factsOf(): [string, string][] {
  return [
    ["softcell", version],
    ["browser", navigator.userAgent],
    ["WebAssembly", typeof WebAssembly === "object" ? "there" : "missing"],
    ["processor cores", String(navigator.hardwareConcurrency)],
    ["cross-origin isolated", crossOriginIsolated ? "yes, fine timers" : "no, coarse timers"],
  ];
}
