// A browser that is not installed is a skipped test with the reason; in continuous integration a failure.
import { expect, test } from "vitest";
import { BROWSERS, missingBrowser } from "./installed.js";

for (const browser of BROWSERS) {
  const missing = missingBrowser(browser);
  const skips = missing && !process.env.CI;
  test.skipIf(skips)(skips ? `${browser}, skipped: ${missing}` : `${browser} is installed`, () =>
    expect(missing).toBeUndefined(),
  );
}
