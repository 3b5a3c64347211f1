// A plugin for TypeDoc: pages of the guide have the order of its index, and are called by their headings; their addresses
// are made of the names of the files.
import { readFileSync } from "node:fs";
import { Converter, ReflectionKind, RendererEvent } from "typedoc";

const index = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Where the index has a page: it is the first itself, and what it has not, modules too, is behind. */
function place({ name }) {
  const at = name === "README" ? 0 : index.indexOf(`](${name}.md)`);
  return at < 0 ? index.length : at;
}

export function load(app) {
  const headings = new Map();
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const [first] = page.content;
    const heading = first?.kind === "text" ? first.text.match(/^# (.*)\n/) : undefined;
    if (!heading) throw new Error(`${page.name}.md has no heading`);
    headings.set(page, heading[1]);
    page.name = page.name.replace("docs/", "");
  });
  app.renderer.on(RendererEvent.BEGIN, ({ project }) => {
    for (const list of [
      project.documents,
      project.childrenIncludingDocuments,
      ...project.groups.map((g) => g.children),
    ])
      list.sort((a, b) => place(a) - place(b));
    for (const page of project.getReflectionsByKind(ReflectionKind.Document)) page.name = headings.get(page);
  });
}
