declare module "dinosaurs" {
  const names: string[];
  export default names;
}
