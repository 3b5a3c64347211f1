// Leaves a worklet without what most browsers do not have there.
for (const name of ["TextDecoder", "TextEncoder", "fetch", "atob"]) Reflect.deleteProperty(globalThis, name);
