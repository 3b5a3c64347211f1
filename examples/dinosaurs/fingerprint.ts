/**
 * The fingerprint of the weights after `npm start` with its default options, on every backend but relaxed and on every
 * engine. A change of it is a change of numerics, and must be meant.
 */
export const FINGERPRINT = "b9ad061ebe2684a2d3a1da05a0b321f32c29c017fb1daab4ff8907a1da0c6447";
