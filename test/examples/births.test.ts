// npm run example:births, short: its errors, its pictures, the same weights on strict and js.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { FEATURES, loadSeries, makeBatch, WINDOW } from "../../examples/births/data.js";
import { errors, naive } from "../../examples/births/report.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "softcell-"));
afterAll(() => rmSync(folder, { recursive: true }));

function start(...options: string[]) {
  const command = [join(root, "node_modules/tsx/dist/cli.mjs"), "examples/births/index.ts", ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** MAE and RMSE of a forecast in the years that are held out. */
function heldOut(stdout: string, forecast: string): number[] {
  const line = stdout.split("\n").find((line) => line.startsWith(forecast)) ?? "";
  return line.slice(forecast.length).trim().split(/ +/).slice(2).map(Number);
}

test("a third of the training is better than the same weekday of the year before", () => {
  const svg = join(folder, "births.svg");
  const { status, stdout, stderr } = start("--steps", "1000", "--backend", "strict", "--svg", svg);
  expect([status, stderr]).toEqual([0, ""]);
  const [mae, rmse] = heldOut(stdout, "LSTM");
  expect(heldOut(stdout, "the day before")).toEqual([1663, 2420]);
  expect(heldOut(stdout, "a week before")).toEqual([438, 938]);
  expect(heldOut(stdout, "52 weeks before")).toEqual([353, 736]);
  expect(mae).toBeLessThan(0.8 * 353);
  expect(rmse).toBeLessThan(0.5 * 736);
  expect(stdout).toMatch(/4369 days to train on, 366 to validate, 730 held out/);
  expect(stdout).toMatch(/step 1000\/1000 \| loss 0\.\d+/);
  expect(stdout).toMatch(/squared error of the scaled change: {3}● loss\n +▲/);
  expect(stdout).toMatch(/31 December 2014: {3}● real {3}○ forecast\n +▲/);
  const picture = readFileSync(svg, "utf8");
  expect(picture).toMatch(/^<svg /);
  expect(picture.match(/<circle/g)).toHaveLength(140);
});

test("the same weights and errors on strict and js", () => {
  const [strict, js] = ["strict", "js"].map((backend) => {
    const { stdout } = start("--steps", "8", "--hidden", "16", "--backend", backend);
    return stdout.slice(stdout.indexOf("2012, chosen by"));
  });
  expect(strict).toMatch(/fingerprint of the weights {2}\w{64}/);
  expect(js).toBe(strict);
});

test("days follow each other, and the parts too", () => {
  const { births, train, validation, heldOut } = loadSeries();
  const days = [...train, ...validation, ...heldOut];
  expect(births).toHaveLength((Date.UTC(2015, 0, 1) - Date.UTC(2000, 0, 1)) / 864e5);
  expect(days).toEqual(Array.from({ length: births.length - WINDOW }, (_, i) => WINDOW + i));
  expect([validation.length, heldOut.length]).toEqual([366, 730]);
});

test("a window ends on the eve, and nothing after the training days moves its scale", () => {
  const series = loadSeries();
  const [day] = series.heldOut;
  const last = (WINDOW - 1) * FEATURES;
  const { x } = makeBatch(series, [day]);
  expect(x[last] * series.deviation + series.mean).toBeCloseTo(series.births[day - 1], 2);
  // 1 January 2013 is a Tuesday
  const hot = [...x.subarray(last + 1)].flatMap((value, i) => (value ? [i] : []));
  expect(hot).toEqual([1, 7 + 0, 7 + 12 + 0]);
  const trained = series.train.map((t) => series.births[t]);
  expect(series.mean).toBeCloseTo(trained.reduce((a, b) => a + b) / trained.length, 6);
});

test("errors of a forecast", () => {
  const series = { ...loadSeries(), births: [1, 5, 2] };
  expect(naive(series)["the day before"]([1, 2])).toEqual([1, 5]);
  expect(errors(series, [1, 2], [1, 5])).toEqual({ mae: 3.5, rmse: Math.sqrt(12.5) });
});

test.each([
  [["--steps", "0"], "Expected a whole number from 1"],
  [["--backend", "gpu"], "Allowed choices are auto, strict, relaxed, js"],
  [["surplus"], "too many arguments"],
  [["--steps", "1", "--hidden", "1", "--svg", join(folder, "missing", "a.svg")], "no such file or directory"],
])("%s: an error and exit code 2", (options, text) => {
  const { status, stderr } = start(...options);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});
