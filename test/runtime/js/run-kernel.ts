import { assembleKernels, type Features, type Kernel, PAGE } from "../../../runtime/js/kernel.ts";
import { translateModule } from "../../../runtime/js/translate/translate-module.ts";
import { instantiate } from "./translate/translated.ts";

type Data = Float32Array | Float64Array | Int32Array | Uint32Array | Int16Array | Int8Array | Uint8Array;

let isTranslatedToo = false;
/** From here on each kernel runs as JavaScript too, and throws where that leaves other numbers or bits in a buffer. */
export const runTranslatedToo = (): void => {
  isTranslatedToo = true;
};

/**
 * Runs a kernel on buffers. Arguments that are typed arrays are copied to memory of their own, numbers are passed as
 * they are. What is behind each buffer is filled with bytes 0xa5, and a kernel that writes there throws.
 * Gives the buffers as they are afterwards, by parameter name.
 */
export function runKernel(
  kernel: Kernel,
  args: Readonly<Record<string, Data | number>>,
  {
    units,
    features = { relaxed: false },
    split = [],
  }: { units: number; features?: Features; split?: readonly number[] },
): Readonly<Record<string, Data>> {
  const guard = 64;
  const places = new Map<string, { readonly at: number; readonly data: Data }>();
  let size = 64;
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === "number") continue;
    places.set(name, { at: size, data: value });
    size = Math.ceil((size + value.byteLength + guard) / 64) * 64;
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) + 1, maximum: 65536 });
  const bytes = new Uint8Array(memory.buffer).fill(0xa5);
  for (const { at, data } of places.values())
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  const plain = isTranslatedToo ? bytes.slice().buffer : undefined;
  const module = assembleKernels([kernel], features);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } });
  const run = instance.exports[kernel.name] as (...values: number[]) => void;
  const values = kernel.parameters.map((name) => {
    const given = args[name];
    if (given === undefined) throw new Error(`no argument for ${name}`);
    return typeof given === "number" ? given : places.get(name)!.at;
  });
  const bounds = [0, ...split, units];
  for (const [i, begin] of bounds.slice(0, -1).entries()) run(...values, begin, bounds[i + 1]!);
  if (plain) {
    const translated = instantiate(translateModule(module), plain)[kernel.name]!;
    for (const [i, begin] of bounds.slice(0, -1).entries()) translated(...values, begin, bounds[i + 1]!);
  }
  const after = new Uint8Array(memory.buffer);
  return Object.fromEntries(
    [...places].map(([name, { at, data }]) => {
      if (plain) expectSameNumbers(`${kernel.name}, ${name}`, [plain, memory.buffer], at, data);
      for (let i = at + data.byteLength; i < at + data.byteLength + guard; i++)
        if (after[i] !== 0xa5) throw new Error(`${kernel.name} writes behind ${name}`);
      const copy = after.slice(at, at + data.byteLength).buffer;
      return [name, new (data.constructor as new (buffer: ArrayBuffer) => Data)(copy)];
    }),
  );
}

/** Compares what is at a place and behind it; the bits of a NaN may differ. */
function expectSameNumbers(
  what: string,
  memories: readonly [ArrayBuffer, ArrayBuffer],
  at: number,
  data: Data,
): void {
  const end = at + data.byteLength;
  const [found, wanted] = memories.map(
    (memory) => new (data.constructor as new (buffer: ArrayBuffer) => Data)(memory.slice(at, end)),
  );
  for (const [i, value] of wanted!.entries())
    if (!Object.is(found![i], value))
      throw new Error(`${what}[${i}]: translated it gives ${found![i]}, not ${value}`);
  if (new Uint8Array(memories[0]).subarray(end, end + 64).some((byte) => byte !== 0xa5))
    throw new Error(`${what}: translated it writes behind`);
}
