import { assemble } from "../../runtime/js/assembler/assemble.ts";
import { extract, op } from "../../runtime/js/assembler/expression.ts";
import { FunctionBuilder } from "../../runtime/js/assembler/function-builder.ts";
import { load } from "../../runtime/js/assembler/memory.ts";
import { PAGE } from "../../runtime/js/kernel.ts";
import { timeInTurns } from "./timing.ts";

const VECTOR = 16;
/** Loads in flight: enough to hide what each waits. */
const VECTORS = 8;

/** How fast WebAssembly on one core reads so many bytes from their start to their end, again and again, in GB/s. */
export async function streamingBandwidth(bytes: number): Promise<number> {
  const pages = Math.ceil(bytes / PAGE) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  // Pages that were never written may all be one and the same page of zeros.
  new Uint8Array(memory.buffer).fill(1);
  const module = new WebAssembly.Module(
    assemble([{ name: "read", function: reader() }], { pages, maximum: pages }),
  );
  const read = new WebAssembly.Instance(module, { env: { memory } }).exports.read!;
  const [milliseconds] = await timeInTurns([() => read(0, bytes)]);
  return bytes / milliseconds! / 1e6;
}

/** `read(begin, end)` gives the exclusive or of all vectors in between, folded to 32 bits, so that each is needed. */
function reader(): FunctionBuilder {
  const f = new FunctionBuilder(["i32", "i32"], "i32");
  const [begin, end] = [f.parameter(0), f.parameter(1)];
  const found = Array.from({ length: VECTORS }, () => f.local("v128"));
  f.for(begin, end, VECTOR * VECTORS, (address) => {
    for (const [i, each] of found.entries())
      f.set(each, op("v128.xor", each, load("v128.load", address, VECTOR * i)));
  });
  const all = found.reduce((left, right) => f.let(op("v128.xor", left, right)));
  f.return(extract("i32x4.extract_lane", all, 0));
  return f;
}
