/** The element of index.html with this id. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page expected a ${type.name} #${id}, got ${element}`);
  return element;
}

/** An element with text, or with others in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  content: string | readonly Node[] = [],
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...(typeof content === "string" ? [content] : content));
  return element;
}

/** A row of a table whose first cell is its header. */
export function tableRow([head, ...cells]: readonly string[]): HTMLTableRowElement {
  return make("tr", [make("th", head, { scope: "row" }), ...cells.map((cell) => make("td", cell))]);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
