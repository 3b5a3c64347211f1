/**
 * The fingerprint of the weights after `npm start` with its default options, on every backend but relaxed and on every
 * engine. A change of it is a change of numerics, and must be meant.
 */
export const FINGERPRINT = "4fe50d0eda59077da06e74617bc5373c823b5f825bc363c377be8871adc929b9";
