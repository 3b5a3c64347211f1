// Runs a script and prints what it prints. Usage: node run.mjs FILE
import { readFileSync } from "node:fs";
import { getQuickJS } from "quickjs-emscripten";

const vm = (await getQuickJS()).newContext();
const print = vm.newFunction("print", (text) => console.log(vm.getString(text)));
vm.setProp(vm.global, "print", print);
vm.unwrapResult(vm.evalCode(readFileSync(process.argv[2], "utf8")));
vm.unwrapResult(vm.runtime.executePendingJobs());
