import {
  type Expression,
  extract,
  i32,
  type Local,
  lanes,
  op,
  product,
  sum,
} from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import {
  activationBytes,
  field,
  forPieces,
  type IntegerCode,
  type IntegerLinear,
  lengthOf,
  pieceOf,
  rowBytes,
  zeroVector,
} from "./integer-code.ts";

/**
 * What a row of activations has for each piece: f64 scale, i32 sum of codes (times the zero point of all weights if
 * they have one), i32 zero point.
 */
export const RECORD_BYTES = 16;
export const RECORD = { scale: 0, sum: 8, zero: 12 } as const;

/** Bytes of the records of a row. */
export const recordsBytes = ({ layout }: IntegerLinear): number => layout.pieces.length * RECORD_BYTES;

/** Whether sums of activations are needed: codes of weights have a zero point, so that Σ (w − z) x = Σ w x − z Σ x. */
export const needsSums = ({ layout }: IntegerLinear): boolean => layout.zero !== 0;

/** Writes the records of a row. */
export function writeRecords(code: IntegerCode, row: Local, to: Expression): void {
  const { f, p, layout, activations } = code;
  const runs = Math.ceil(layout.depth / activations.run);
  const start = f.let(sum(p.input, product(row, rowBytes(code))));
  const record = f.let(to);
  forPieces(code, (entry) => {
    const run = f.let(product(sum(product(row, runs), field(entry, "activationRun")), 4));
    f.store("f64.store", record, op("f64.promote_f32", load("f32.load", sum(p.scales, run))), RECORD.scale);
    if (needsSums(code)) {
      const from = pieceOf(code, entry, start);
      const total = sumOfCodes(code, from, lengthOf(code, entry));
      const factor = layout.zero === "each" ? 1 : layout.zero;
      f.store("i32.store", record, product(total, factor), RECORD.sum);
    }
    if (activations.hasZeros) f.store("i32.store", record, load("i32.load", sum(p.zeros, run)), RECORD.zero);
    f.advance(record, RECORD_BYTES);
  });
}

/** Sum of activations from an address on, modulo 2^32. */
function sumOfCodes(code: IntegerCode, from: Expression, length: Expression): Local {
  const { f } = code;
  const bytes = activationBytes(code);
  const at = f.let(from);
  const end = f.let(sum(at, product(length, bytes)));
  const vectors = f.local("v128");
  f.set(vectors, zeroVector);
  const lastVector = op("i32.sub", end, i32(16));
  f.while(op("i32.le_s", at, lastVector), () => {
    f.set(vectors, op("i32x4.add", vectors, pairSums(bytes, load("v128.load", at))));
    f.advance(at, 16);
  });
  const total = f.let(sumOfLanes(f, vectors));
  f.while(op("i32.ne", at, end), () => {
    f.advance(total, load(bytes === 1 ? "i32.load8_s" : "i32.load16_s", at));
    f.advance(at, bytes);
  });
  return total;
}

/** Sums of neighbours as i32x4. */
function pairSums(bytes: number, codes: Expression): Expression {
  if (bytes === 2) return op("i32x4.dot_i16x8_s", codes, lanes(new Int16Array(8).fill(1)));
  return op("i32x4.extadd_pairwise_i16x8_s", op("i16x8.extadd_pairwise_i8x16_s", codes));
}

const sumOfLanes = (f: FunctionBuilder, vector: Expression): Expression => {
  const value = f.let(vector);
  return sum(...[0, 1, 2, 3].map((lane) => extract("i32x4.extract_lane", value, lane)));
};
