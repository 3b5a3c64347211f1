// An app built by each bundler, with nothing configured for softcell, and run: in Chromium, at the root of a server and in a
// folder of it, and in Node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../scripts/hosts/page.js";
import { encode } from "../../src/backend/text.js";
import { FILES } from "../browsers/installed.js";
import { build, develop, scriptsOf, site } from "./bundlers/build.js";
import { BUNDLERS } from "./bundlers/table.js";
import { describeHost, output, record, root } from "./command.js";
import { expectSame } from "./fingerprint.js";

/** What visit.mjs tells of a page. */
interface Visit {
  said: string[];
  complaints: string[];
  files: string[];
}

const { chromium } = FILES.chromium;
const missing = "Chromium, skipped: it is not installed";
const [ROOT, FOLDER] = ["/", "/app/"];
/** Of the kernels of an LSTM, as they stand in a bundle. */
const lstm = () => encode(readFileSync(join(root, "build/parts/lstm.wasm"))).slice(10_000, 10_200);
const KB = 1000;

describe.each(Object.entries(BUNDLERS))("%s", (name, bundler) => {
  describeHost(`bundlers/${name}`, bundler.title, (fixture) => {
    const rowOf = (outcome: Row["outcome"], bundle: Row["bundle"]): Row => {
      const { version } = JSON.parse(readFileSync(join(fixture, `node_modules/${name}/package.json`), "utf8"));
      return { host: bundler.title, version, ways: [], outcome, bundle };
    };

    for (const [i, [command, file]] of bundler.servers.entries()) {
      test(`in Node: ${command}`, () => {
        const folder = build(fixture, "training", bundler, command);
        const outcome = JSON.parse(output(process.execPath, [file], folder));
        expectSame(outcome, "strict");
        record(`${name}.server${i}`, [rowOf(outcome, { command, place: `Node ${process.versions.node}` })]);
      });
    }

    describeHost("bundlers/chromium", chromium ? "Chromium" : missing, (browser) => {
      if (!chromium && process.env.CI) throw new Error("Chromium is not installed");

      describe.skipIf(!chromium)("in a page", () => {
        const { anywhere = bundler.build, separate = anywhere } = bundler;
        let sites: Record<"training" | "below" | "softmax" | "entries", string>;
        let version: string;
        let [training, below, softmax, entries]: Visit[] = [];

        function visit(...places: string[]): Visit[] {
          const seen = JSON.parse(output(process.execPath, ["visit.mjs", chromium as string, ...places], browser));
          version = seen.version;
          return seen.visits;
        }

        beforeAll(() => {
          const first = site(fixture, "training", bundler, bundler.build);
          sites = {
            training: first,
            below: bundler.anywhere ? site(fixture, "training", bundler, anywhere) : first,
            softmax: site(fixture, "softmax", bundler, anywhere),
            entries: site(fixture, "entries", bundler, separate),
          };
          const places = Object.values(sites).map((folder, i) => `${i === 0 ? ROOT : FOLDER}=${folder}`);
          [training, below, softmax, entries] = visit(...places);
        });

        test("trains to the same bits, at the root of a server and in a folder", () => {
          const place = `Chromium ${version}, at`;
          // Parcel's names depend on the folder, and so do the last digits
          const size = (dist: string) => Math.round(scriptsOf(dist).bytes / 100) / 10;
          const kilobytes = { softmax: size(sites.softmax), training: size(sites.training) };
          const rows = [training, below].map(({ said, complaints }, i) => {
            expect(complaints).toEqual([]);
            const outcome = JSON.parse(said[0]);
            expectSame(outcome, "strict");
            return rowOf(outcome, {
              command: i === 0 ? bundler.build : anywhere,
              place: bundler.anywhere ? `${place} ${[ROOT, FOLDER][i]}` : `${place} ${ROOT} and ${FOLDER}`,
              kilobytes: i === 0 ? kilobytes : undefined,
            });
          });
          record(name, bundler.anywhere ? rows : rows.slice(0, 1));
        });

        if (bundler.develop) {
          const command = bundler.develop;
          test(`trains to the same bits while it is developed: ${command}`, async () => {
            const { address, stop } = await develop(fixture, bundler, command);
            try {
              const [{ said, complaints }] = visit(address);
              expect(complaints).toEqual([]);
              expectSame(JSON.parse(said[0]), "strict");
              record(`${name}.develop`, [rowOf(JSON.parse(said[0]), { command, place: `Chromium ${version}` })]);
            } finally {
              stop();
            }
          });
        }

        test("loads what it needs: no kernels of an LSTM for a softmax, and no other backend", () => {
          const [one, all] = [scriptsOf(sites.softmax), scriptsOf(sites.training)];
          expect(softmax).toEqual({
            said: ['{"backend":"strict","y":[0.5,0.5]}'],
            complaints: [],
            files: ["", ...one.names],
          });
          expect(one.text).not.toContain(lstm());
          expect(all.text).toContain(lstm());
          // relaxed and js
          expect(training.files.length).toBeGreaterThanOrEqual(1 + all.names.length + 2);
          expect(one.bytes).toBeLessThan(15 * KB);
          expect(all.bytes).toBeLessThan(45 * KB);
        });

        test("has the other entries, and strict.wasm as a file of its own", () => {
          const { said, complaints, files } = entries;
          expect(complaints).toEqual([]);
          expect(said).toEqual(['{"backends":["strict","js"],"y":[[1,0],[1,0]]}']);
          expect(files.filter((file) => file.endsWith(".wasm"))).toHaveLength(1);
        });
      });
    });
  });
});
