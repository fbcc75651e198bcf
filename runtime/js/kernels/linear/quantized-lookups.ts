import { type Expression, type Local, op, shuffle, v128 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { byteCodes, interleaveBytes, interleavePairs } from "./quantized-bytes.ts";
import type { DecodedMatrix, QuantizedMatrix } from "./quantized-decoder.ts";
import { splat8 } from "./quantized-panel.ts";

/** What a byte shuffle looks up at once, and how many of them are worth it. */
const TABLE = 16;
const MOST_TABLES = 4;

/**
 * Decodes any levels, up to 64 in all tables, by looking up the bytes of their f32 one by one: exactly, NaN payloads
 * apart. Levels whose lower 16 bits are zero, such as small integers and small floats, cost half.
 */
export function lookupDecoder(matrix: QuantizedMatrix, isUsed: Uint8Array): DecodedMatrix | undefined {
  const { bits, codes, levels, scales, shifts, selector } = matrix;
  const half = levels.length / 2;
  const isSigned =
    !selector &&
    levels.length > TABLE &&
    levels.subarray(half).every((level, i) => !isUsed[half + i] || level === -levels[i]!);
  const entries = isSigned ? half : levels.length;
  const tables = Math.ceil(entries / TABLE);
  if (tables > MOST_TABLES || bits > 6) return undefined;
  const words = new Uint32Array(
    Float32Array.from(levels, (level, i) => (isUsed[i] || isSigned ? level : 0)).buffer,
  );
  const first = words.subarray(0, entries).every((word) => (word & 0xffff) === 0) ? 2 : 0;
  const constants = new Uint8Array((4 - first) * tables * TABLE);
  for (let entry = 0; entry < entries; entry++)
    for (let byte = first; byte < 4; byte++)
      constants[((byte - first) * tables + (entry >> 4)) * TABLE + (entry & 15)] =
        (words[entry]! >>> (8 * byte)) & 0xff;
  return {
    scales,
    ...(shifts && { shifts }),
    decoder: {
      name: `lookup${bits}_${tables}x${4 - first}${isSigned ? "_signed" : ""}${selector ? "_selected" : ""}`,
      bits,
      layout: "bytes",
      exponent: 0,
      constants,
      codes,
      ...(selector && { perRun: Uint8Array.from(selector, (table) => table << bits) }),
      open(f, address, { relaxed }) {
        const at = (i: number) => f.let(load("v128.load", address, TABLE * i));
        const lookups = Array.from({ length: 4 - first }, (_, byte) =>
          Array.from({ length: tables }, (_, table) => at(byte * tables + table)),
        );
        const chosen = selector && f.local("v128");
        return {
          startRun: (run) => chosen && f.set(chosen, load("v128.load", run)),
          levels(vectors, depth) {
            const codes = byteCodes(f, vectors, bits, depth);
            if (chosen) f.set(codes, op("v128.or", codes, chosen));
            const index = isSigned ? f.let(op("v128.and", codes, splat8(entries - 1))) : codes;
            const looked = lookups.map((each) => f.let(lookUp(index, each, relaxed)));
            if (isSigned) f.set(looked.at(-1)!, op("v128.xor", looked.at(-1)!, signs(codes, bits)));
            return widen(f, looked);
          },
        };
      },
    },
  };
}

/** Bytes of up to four tables by an index from 0: each gives zero for what is not its own. */
function lookUp(index: Expression, tables: readonly Expression[], relaxed: boolean): Expression {
  const [first] = tables;
  // What a relaxed lookup differs in is an index beyond the table.
  if (tables.length === 1 && relaxed) return op("i8x16.relaxed_swizzle", first!, index);
  return tables
    .map((table, i) =>
      op("i8x16.swizzle", table, i === 0 ? index : op("i8x16.sub", index, splat8(TABLE * i))),
    )
    .reduce((all, part) => op("v128.or", all, part));
}

/** The highest bit of codes, as the highest of their bytes. */
const signs = (codes: Expression, bits: number): Expression =>
  op("v128.and", op("i32x4.shl", codes, 8 - bits), splat8(0x80));

/** Four vectors of floats from the bytes of 16, lowest first; two are the upper ones, the lower being zero. */
function widen(f: FunctionBuilder, bytes: readonly Local[]): Expression[] {
  const pairs = bytes.length === 2 ? [undefined, bytes] : [bytes.slice(0, 2), bytes.slice(2)];
  const [low, high] = pairs.map((pair) =>
    pair ? interleaveBytes.map((from) => f.let(shuffle(pair[0]!, pair[1]!, from))) : undefined,
  );
  const zero = v128(new Uint8Array(16));
  return [0, 1].flatMap((half) =>
    interleavePairs.map((from) => shuffle(low?.[half] ?? zero, high![half]!, from)),
  );
}
