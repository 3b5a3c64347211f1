// The keys of the keyboard, and what of a text can be typed on them.

/** The number of a key is its place. */
export const KEYS = " abcdefghijklmnopqrstuvwxyz.,;'-";

/** A text as one types it on an English keyboard: small letters without accents, and a space for all that has no key. */
export function typed(text: string): Int32Array {
  const plain = text.toLowerCase().replaceAll("ß", "ss").replaceAll("’", "'").normalize("NFD").replace(/\p{M}/gu, "");
  const spaced = [...plain].map((c) => (KEYS.includes(c) ? c : " ")).join("");
  return Int32Array.from(spaced.replace(/ +/g, " ").trim(), (c) => KEYS.indexOf(c));
}
