// How Vitest opens its page in a browser: launch.ts does.
import { defineBrowserProvider } from "@vitest/browser";
import { BROWSERS, type BrowserName } from "./installed.js";
import { type Close, open } from "./launch.js";

export const provider = defineBrowserProvider({
  name: "installed",
  supportedBrowser: BROWSERS,
  providerFactory(project) {
    const { name } = project.config.browser;
    // asked for by Vitest, but these browsers have no window
    project.browser?.registerCommand("__vitest_viewport" as never, (async () => {}) as never);
    const closes: Close[] = [];
    return {
      name: "installed",
      supportsParallelism: false,
      getCommandsContext: () => ({}),
      openPage: async (_session, url) => void closes.push(await open(name as BrowserName, url)),
      close: async () => void (await Promise.all(closes.splice(0).map((close) => close()))),
    };
  },
});
