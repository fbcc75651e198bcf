import { counted, name, section, typeCode, unsigned, vector } from "./encode.ts";
import type { FunctionBuilder } from "./function-builder.ts";

export interface NamedFunction {
  readonly name: string;
  readonly function: FunctionBuilder;
}

/** Memory that a module takes from outside as `env.memory`: pages of 64 KiB. */
export interface ImportedMemory {
  readonly pages: number;
  readonly maximum: number;
}

/** The bytes of a WebAssembly module that exports functions by their names and imports its memory. */
export function assemble(
  functions: readonly NamedFunction[],
  memory: ImportedMemory,
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ function: { parameters, result } }) => [
    0x60,
    ...vector(parameters.map((type) => [typeCode(type)])),
    ...vector(result === undefined ? [] : [[typeCode(result)]]),
  ]);
  const limits = [1, ...unsigned(memory.pages), ...unsigned(memory.maximum)];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...name("env"), ...name("memory"), 0x02, ...limits]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map((each, i) => [...name(each.name), 0x00, ...unsigned(i)]))),
  ];
  // Bodies are long: joined without spreading them all onto one call's stack.
  const bodies = functions.map((each) => Uint8Array.from(counted(each.function.encode())));
  const count = Uint8Array.from(unsigned(functions.length));
  const size = bodies.reduce((total, { length }) => total + length, count.length);
  const parts = [Uint8Array.from([...bytes, 10, ...unsigned(size)]), count, ...bodies];
  const module = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const part of parts) {
    module.set(part, offset);
    offset += part.length;
  }
  return module;
}
