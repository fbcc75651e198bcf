import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { float, signed, unsigned } from "./encode.ts";
import { instructions, type ValueType } from "./instructions.ts";

/** Code that leaves one value of a type on the stack. */
export interface Expression {
  readonly type: ValueType;
  readonly code: readonly number[];
}

/** A local variable or parameter; as an expression it is its value. */
export interface Local extends Expression {
  readonly index: number;
}

/** An operand: an integer stands for an i32 constant, or whatever number type the instruction takes there. */
export type Operand = Expression | number;

/** An instruction without immediates, such as `op("f32x4.add", a, b)`; operands of wrong types throw. */
export function op(name: string, ...operands: readonly Operand[]): Expression {
  const instruction = instructions.get(name) ?? unreachable(`${name} is an instruction of the table`);
  if (operands.length !== instruction.operands.length)
    return unreachable(`${name} takes ${instruction.operands.length} operands, not ${operands.length}`);
  const code = operands.flatMap((operand, i) => {
    const expected = instruction.operands[i]!;
    const given = typeof operand === "number" ? constantOf(expected, operand) : operand;
    return given.type === expected
      ? given.code
      : unreachable(`operand ${i} of ${name} is ${expected}, not ${given.type}`);
  });
  const { prefix, opcode, result } = instruction;
  code.push(...(prefix === undefined ? [opcode] : [prefix, ...unsigned(opcode)]));
  return { type: result ?? unreachable(`${name} leaves a value`), code };
}

function constantOf(type: ValueType, value: number): Expression {
  if (type === "i32") return i32(value);
  if (type === "i64") return i64(value);
  if (type === "f32") return f32(value);
  if (type === "f64") return f64(value);
  return unreachable("a vector is no number");
}
export const i32 = (value: number): Expression => ({ type: "i32", code: [0x41, ...signed(value | 0)] });
export const i64 = (value: number | bigint): Expression => ({ type: "i64", code: [0x42, ...signed(value)] });
export const f32 = (value: number): Expression => ({ type: "f32", code: [0x43, ...float(value, 4)] });
export const f64 = (value: number): Expression => ({ type: "f64", code: [0x44, ...float(value, 8)] });

/** A vector constant of 16 bytes. */
export const v128 = (bytes: ArrayLike<number>): Expression =>
  bytes.length === 16
    ? { type: "v128", code: [0xfd, 12, ...Array.from(bytes)] }
    : unreachable("a vector has 16 bytes");

/** A vector constant from the lanes of a typed array, such as `lanes(Float32Array.of(1, 2, 3, 4))`. */
export const lanes = (
  values: Float32Array | Float64Array | Int32Array | Int16Array | Int8Array,
): Expression => v128(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

/** i8x16.shuffle: lane i of the result is byte `from[i]` of the 32 of both vectors. */
export const shuffle = (left: Expression, right: Expression, from: readonly number[]): Expression =>
  from.length === 16
    ? { type: "v128", code: [...left.code, ...right.code, 0xfd, 13, ...from] }
    : unreachable("a shuffle names 16 bytes");

/** Instructions that take one lane out of a vector: opcode behind the SIMD prefix, and type of the lane. */
export const extractions: Readonly<Record<string, readonly [opcode: number, type: ValueType]>> = {
  "i8x16.extract_lane_s": [21, "i32"],
  "i8x16.extract_lane_u": [22, "i32"],
  "i16x8.extract_lane_s": [24, "i32"],
  "i16x8.extract_lane_u": [25, "i32"],
  "i32x4.extract_lane": [27, "i32"],
  "i64x2.extract_lane": [29, "i64"],
  "f32x4.extract_lane": [31, "f32"],
  "f64x2.extract_lane": [33, "f64"],
};
/** One lane of a vector. */
export function extract(name: string, vector: Expression, lane: number): Expression {
  const [opcode, type] = extractions[name] ?? unreachable(`${name} takes a lane out`);
  return { type, code: [...vector.code, 0xfd, opcode, lane] };
}

/** Instructions that put one lane of a vector anew: opcode behind the SIMD prefix, and type of the lane. */
export const replacements: Readonly<Record<string, readonly [opcode: number, type: ValueType]>> = {
  "i8x16.replace_lane": [23, "i32"],
  "i16x8.replace_lane": [26, "i32"],
  "i32x4.replace_lane": [28, "i32"],
  "i64x2.replace_lane": [30, "i64"],
  "f32x4.replace_lane": [32, "f32"],
  "f64x2.replace_lane": [34, "f64"],
};
/** A vector with one lane put anew. */
export function replace(name: string, vector: Expression, lane: number, value: Operand): Expression {
  const [opcode, type] = replacements[name] ?? unreachable(`${name} puts a lane in`);
  const given = typeof value === "number" ? constantOf(type, value) : value;
  return { type: "v128", code: [...vector.code, ...given.code, 0xfd, opcode, lane] };
}

/** `whenTrue` where the condition is not zero; both are computed. */
export const select = (whenTrue: Expression, whenFalse: Expression, condition: Expression): Expression =>
  whenTrue.type === whenFalse.type
    ? {
        type: whenTrue.type,
        // The short encoding covers numbers and vectors.
        code: [...whenTrue.code, ...whenFalse.code, ...condition.code, 0x1b],
      }
    : unreachable("both values of a select have one type");

/** Sum of i32 terms; none is 0. */
export const sum = (...terms: readonly Operand[]): Expression =>
  terms.slice(1).reduce<Expression>((total, term) => op("i32.add", total, term), asExpression(terms[0] ?? 0));
/** Product of i32 factors; none is 1. */
export const product = (...factors: readonly Operand[]): Expression =>
  factors
    .slice(1)
    .reduce<Expression>((total, factor) => op("i32.mul", total, factor), asExpression(factors[0] ?? 1));
const asExpression = (operand: Operand): Expression => (typeof operand === "number" ? i32(operand) : operand);
