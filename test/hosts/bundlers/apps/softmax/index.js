import { init } from "softcell";

init().then((sc) => console.log(JSON.stringify({ backend: sc.backend, y: [...sc.softmax(Float32Array.of(0, 0))] })));
