// Linear memory of a step of training, forward and backward, as T x B grows.
import { init, lstm, type Softcell, tensor } from "../../src/index.js";
import type { Piece } from "../../src/memory/piece.js";
import { Random } from "../../test/support/random.js";
import { against, exactly, type Measurement } from "../schema.js";

export const SECTION = "memory against T x B";

const [B, I, H] = [16, 64, 128];
const STEPS = [4, 16, 64, 256, 1024];

/** What lies in the heap, and the most that has. */
class Watched extends Set<Piece> {
  live = 0;
  peak = 0;

  override add(piece: Piece): this {
    this.live += piece.size;
    this.peak = Math.max(this.peak, this.live);
    return super.add(piece);
  }

  override delete(piece: Piece): boolean {
    this.live -= piece.size;
    return super.delete(piece);
  }
}

/** The most bytes that were taken at once beyond the layer, its input and its output gradient; and dx. */
function step(sc: Softcell, T: number, recompute: boolean): { bytes: number; dx: Float32Array } {
  const random = new Random(T);
  const heap: object = Reflect.get(sc, "heap");
  const layer = lstm(sc, { inputSize: I, hiddenSize: H, recompute });
  for (const { data } of Object.values(layer.params)) data.set(random.floats(data.length, -0.1, 0.1));
  const [x, dy] = [tensor(sc, [T, B, I], random.normals(T * B * I)), tensor(sc, [T, B, H], random.normals(T * B * H))];
  const watched = new Watched(Reflect.get(heap, "pieces") as Set<Piece>);
  Reflect.set(heap, "pieces", watched);
  const before = watched.live;
  layer.forward(x);
  const dx = layer.backward(dy).dx.data.slice();
  const bytes = watched.peak - before;
  return { bytes, dx };
}

/** Each in a new instance. Throws where recompute changes the gradient. */
export async function measureMemory(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const T of STEPS) {
    const [kept, again] = [step(await init(), T, false), step(await init(), T, true)];
    if (again.dx.some((value, i) => value !== kept.dx[i])) throw new Error(`recompute changes dx of T${T}`);
    const place = { section: SECTION, size: String(T * B), variant: "strict" };
    measurements.push({ ...place, name: "everything kept", ...exactly("bytes", kept.bytes) });
    const recomputed = { ...place, name: "recompute: true", ...exactly("bytes", again.bytes) };
    measurements.push(against(recomputed, kept.bytes, "everything kept"));
  }
  return measurements;
}
