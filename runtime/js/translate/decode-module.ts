import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { typeOfCode } from "../assembler/encode.ts";
import type { ValueType } from "../assembler/instructions.ts";
import { Reader } from "./reader.ts";

/** A function of a module that our assembler made. */
export interface DecodedFunction {
  /** What it is exported as. */
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | undefined;
  /** Of the variables behind the parameters. */
  readonly locals: readonly ValueType[];
  /** Instructions, with the `end` of the body. */
  readonly code: Uint8Array<ArrayBuffer>;
}

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** The functions of a module, as `assemble` lays them out: each has a type, a name and a body of the same number. */
export function decodeModule(bytes: Uint8Array<ArrayBuffer>): readonly DecodedFunction[] {
  const sections = sectionsOf(bytes);
  const section = (id: number): Reader => sections.get(id) ?? unreachable(`the module has a section ${id}`);
  const types = section(1);
  const signatures = types.vector((): Signature => {
    types.byte();
    return { parameters: types.vector(() => typeAt(types)), results: types.vector(() => typeAt(types)) };
  });
  const [typeIndices, exported, bodies] = [section(3), section(7), section(10)];
  const typed = typeIndices.vector(() => signatures[typeIndices.unsigned()]!);
  const names = exported.vector(() => {
    const name = exported.name();
    exported.byte();
    exported.unsigned();
    return name;
  });
  return bodies
    .vector(() => bodies.bytes(bodies.unsigned()))
    .map((body, i): DecodedFunction => {
      const reader = new Reader(body);
      const locals = reader
        .vector(() => ({ count: reader.unsigned(), type: typeAt(reader) }))
        .flatMap(({ count, type }) => Array<ValueType>(count).fill(type));
      const { parameters, results } = typed[i]!;
      return { name: names[i]!, parameters, result: results[0], locals, code: body.slice(reader.at) };
    });
}

function sectionsOf(bytes: Uint8Array<ArrayBuffer>): ReadonlyMap<number, Reader> {
  const reader = new Reader(bytes, 8);
  const sections = new Map<number, Reader>();
  while (reader.at < bytes.length) sections.set(reader.byte(), new Reader(reader.bytes(reader.unsigned())));
  return sections;
}

const typeAt = (reader: Reader): ValueType =>
  typeOfCode(reader.byte()) ?? unreachable("the module has the types of the assembler");
