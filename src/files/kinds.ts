// What a file is that is no safetensors file, told by how it starts, and the line that makes one of it.

const convert = (from: string, by = "numpy"): string =>
  `in Python, safetensors.${by}.save_file(${from}, "model.safetensors") converts it`;
const torch = (): string => convert('torch.load("model.pt", map_location="cpu")', "torch");
const keras = (): string => convert('{w.path: w.numpy() for w in keras.models.load_model("model.keras").weights}');
const numpy = (): string => convert('dict(numpy.load("model.npz"))');
const onnx = (): string =>
  convert('{w.name: onnx.numpy_helper.to_array(w) for w in onnx.load("model.onnx").graph.initializer}');

/** By the first bytes, of which those that are no letters are written \xff. */
const KINDS: readonly (readonly [start: RegExp, what: string, remedy?: () => string])[] = [
  [/^PK\\x03\\x04.*\/data\.pkl/, "a zip file of PyTorch", torch],
  [/^PK\\x03\\x04.*(?:metadata|config)\.json/, "a zip file of Keras", keras],
  [/^PK\\x03\\x04.*\.npy/, "a zip file of NumPy", numpy],
  [/^PK\\x03\\x04/, "a zip file; where torch.save() wrote it", torch],
  [/^\\x80\\x0[2-5]/, "a pickle, as torch.save() wrote before PyTorch 1.6", torch],
  [/^\\x89HDF/, "an HDF5 file, as Keras writes", keras],
  [/^\\x93NUMPY/, "an array of NumPy", () => convert('{"x": numpy.load("x.npy")}')],
  // the version of the format, then the name or version of the producer, the domain or the graph
  [/^\\x08\\x[01].(?:\\x12|\\x1a|"|:)/, "an ONNX model", onnx],
  [
    /^(?:\\xef\\xbb\\xbf)?(?:\\x0[9ad]| )*<[!?a-z]/i,
    "HTML or XML, perhaps a server's page for an unknown address: see response.ok of fetch()",
  ],
  [/^version https:..git-lfs/, "a pointer of Git LFS: git lfs pull gets the file"],
  [/^\\x1f\\x8b/, "a gzip file: unpack it"],
];

/** For messages. */
export function kindOfFile(file: Uint8Array): string {
  if (file.length === 0) return "an empty file";
  const characters = Array.from(file.subarray(0, 256), (byte) => {
    return byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte);
  });
  const start = characters.join("");
  const kind = KINDS.find(([pattern]) => pattern.test(start));
  if (!kind) return `${file.length} bytes that start with ${characters.slice(0, 40).join("")}`;
  const [, what, remedy] = kind;
  return remedy ? `${what}: ${remedy()}` : what;
}
