// The golden cases and a training run in this browser: right, and in every bit what Node gives.
import { describe, expect, inject, test } from "vitest";
import * as softcell from "../../src/index.js";
import { type Manifest, parse } from "../golden/manifest.js";
import { failures, runManifest } from "../golden/runner.js";
import { FINGERPRINT } from "../hosts/fingerprint.js";
import { train } from "../hosts/training.js";
import { bitsOf } from "./bits.js";

const node = inject("node");

async function fetched(name: string): Promise<Response> {
  const response = await fetch(`/test/golden/data/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

async function read(op: string): Promise<Manifest> {
  const { blob, decode } = parse(await (await fetched(`${op}.json`)).text());
  return decode(await (await fetched(blob)).arrayBuffer());
}

const manifests = await Promise.all(Object.keys(node).map(read));

describe.each(["strict", "js"] as const)("%s", (backend) => {
  test.each(manifests.map((manifest) => [manifest.op, manifest] as const))("golden %s", async (_, manifest) => {
    const results = runManifest(await softcell.init({ backend }), manifest);
    expect(results.flatMap((result) => failures(backend, result))).toEqual([]);
    expect(results.filter(({ status }) => status !== "passed")).toEqual([]);
  });

  test("the golden cases have the bits of Node", async () => {
    expect(await bitsOf(backend, manifests)).toEqual(node);
  });
});

test("training has the fingerprint of every host", async () => {
  const { backend, reason, fingerprints } = await train(softcell);
  expect(fingerprints).toMatchObject({ strict: FINGERPRINT, js: FINGERPRINT });
  expect([backend, reason]).toEqual(["strict", "the fastest backend with the same bits everywhere"]);
});
