/**
 * The fingerprint of the weights after `npm start` with its default options, on every backend but relaxed and on every
 * engine. A change of it is a change of numerics, and must be meant.
 */
export const FINGERPRINT = "87e469241f2272bc4b08219721e052325173d4105d78d8970087863be42446a3";
