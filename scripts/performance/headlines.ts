// The cases that the charts and the README show.

/** Of bench:peers. */
export const HEADLINES = [
  { title: "softmax 64 x 4096, resident", section: "softmax, resident", size: "64x4096" },
  { title: "softmax of 128 numbers, array to array", section: "softmax, array", size: "1x128" },
  {
    title: "cross-entropy with gradient 64 x 4096, array to array",
    section: "cross-entropy + gradient, array",
    size: "64x4096",
  },
  { title: "LSTM streaming step, 128 inputs, 128 units", section: "LSTM streaming step", size: "I128 H128" },
  { title: "LSTM, 100 steps, batch 1, 128 units", section: "LSTM sequence", size: "T100 B1 I128 H128" },
  {
    title: "LSTM training step, 32 steps, batch 32, 128 units",
    section: "LSTM training step",
    size: "T32 B32 I64 H128 V64",
  },
];

/** Of bench. */
export const PLAIN = [
  { title: "softmax 32 x 1000, in linear memory", name: "softmax", size: "32x1000" },
  { title: "softmax 64 x 4096", name: "softmax", size: "64x4096" },
  { title: "cross-entropy, loss and gradient, 64 x 4096", name: "cross-entropy + gradient", size: "64x4096" },
  { title: "LSTM forward, 100 steps, batch 1, 128 inputs, 128 units", name: "forward", size: "T100 B1 I128 H128" },
  { title: "LSTM streaming step, 128 inputs, 128 units", name: "streaming step", size: "I128 H128" },
  {
    title: "LSTM training step, 32 steps, batch 32, 64 inputs, 128 units, 64 classes",
    name: "LSTM training step",
    size: "T32 B32 I64 H128 V64",
  },
  { title: "softmax of 1,000 rows of 10", name: "softmax", size: "1000x10" },
  { title: "exp of 4,096 numbers", name: "exp", size: "4096" },
  { title: "softmax of one row of 10, array to array", name: "softmax, array -> new array", size: "10" },
];
