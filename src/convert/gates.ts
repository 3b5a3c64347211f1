import type { Arrays } from "./arrays.js";
import { type Layout, PARAMETERS, type ParameterName, type Place } from "./layouts.js";

/** One direction of arrays of a layout. */
export interface Side {
  layout: Layout;
  arrays: Arrays;
  direction: number;
}

/** Gates of some units each, in some order. */
interface Gates extends Place {
  data: Float32Array;
  order: string;
}

/** Copies every parameter that both sides have. */
export function copyParameters(to: Side, from: Side): void {
  const { I, H } = to.arrays.sizes;
  const cols: Partial<Record<ParameterName, number>> = { weight_ih: I, weight_hh: H };
  for (const name of PARAMETERS) {
    const [target, source] = [gatesOf(to, name), gatesOf(from, name)];
    if (target && source) copyGates(target, source, H, cols[name] ?? 1);
  }
}

function gatesOf({ layout, arrays, direction }: Side, name: ParameterName): Gates | undefined {
  const place = layout.places(arrays.sizes)[name];
  const data = place && arrays.data[place.array];
  if (!data) return undefined;
  const order = name === "weight_ch" ? layout.gates.replace("g", "") : layout.gates;
  return { ...place, at: place.at + (direction * data.length) / arrays.sizes.D, data, order };
}

/** As whole numbers: a float that is loaded may lose the payload of a NaN. */
function copyGates(to: Gates, from: Gates, H: number, cols: number): void {
  const [target, source] = [bitsOf(to.data), bitsOf(from.data)];
  for (const [k, gate] of [...from.order].entries()) {
    const toGate = to.at + to.order.indexOf(gate) * H * to.unit;
    const fromGate = from.at + k * H * from.unit;
    for (let h = 0; h < H; h++) {
      for (let c = 0; c < cols; c++) {
        target[toGate + h * to.unit + c * to.col] = source[fromGate + h * from.unit + c * from.col];
      }
    }
  }
}

const bitsOf = ({ buffer, byteOffset, length }: Float32Array) => new Int32Array(buffer, byteOffset, length);
