// Every kernel gives the bits of its twin on any bits: NaN, infinities, denormals; any sizes, strides, alignments and
// aliases that the contract allows. The whole memory is compared.
import { expect, test } from "vitest";
import { ARITY, type KernelName } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { CALLS, drawCall } from "../support/kernel-calls/index.js";
import { holds, RUNS } from "../support/property.js";
import { twins } from "../support/twins.js";

test("every kernel of the contract has a call", () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(ARITY).sort());
});

describeEach(["strict"], (target) => {
  const same = twins(target);

  for (const kernel of Object.keys(CALLS) as KernelName[]) {
    holds(
      kernel,
      (draw) => {
        const { image, args } = drawCall(kernel, draw);
        expect(args).toHaveLength(ARITY[kernel]);
        same(args.join(" "), image, kernel, args);
      },
      2 * RUNS,
    );
  }
});
