import { type Expression, i32, type Local, lanes, op, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import type { Epilogue, EpilogueParameter } from "../epilogue.ts";
import { type IntegerActivations, type IntegerLayout, tableBytes } from "./integer-layout.ts";
import { PIECE, PIECE_BYTES } from "./integer-pieces.ts";

export type IntegerParameter =
  | "input"
  | "scales"
  | "zeros"
  | "weight"
  | "output"
  | "rows"
  | "workspace"
  | EpilogueParameter;

/** What a kernel is specialised to. */
export interface IntegerLinear {
  readonly layout: IntegerLayout;
  readonly activations: IntegerActivations;
  readonly epilogue: Epilogue;
}

/** What the parts of a kernel write code with. */
export interface IntegerCode extends IntegerLinear {
  readonly f: FunctionBuilder;
  readonly p: Readonly<Record<IntegerParameter | "begin" | "end", Local>>;
  /** Whether products are taken of bytes (relaxed SIMD), not of 16-bit lanes. */
  readonly isNarrow: boolean;
}

/** Sixteen zero bytes. */
export const zeroVector = lanes(new Int32Array(4));

/** Bytes of a code of an activation. */
export const activationBytes = ({ activations }: IntegerLinear): number => activations.bits / 8;
/** Bytes of a row of codes of activations. */
export const rowBytes = (linear: IntegerLinear): number => linear.layout.depth * activationBytes(linear);

/** `body` once per piece, given the address of its entry in the table of pieces. */
export function forPieces({ f, p, layout }: IntegerCode, body: (entry: Local) => void): void {
  const entry = f.let(p.weight);
  const end = f.let(sum(p.weight, tableBytes(layout)));
  f.repeat(
    () => {
      body(entry);
      f.advance(entry, PIECE_BYTES);
    },
    op("i32.ne", entry, end),
  );
}

/** A field of an entry of the table of pieces. */
export const field = (entry: Local, name: keyof typeof PIECE): Expression =>
  load("i32.load", entry, PIECE[name]);

/** Length of a piece: a constant where all pieces have the same. */
export function lengthOf({ layout: { pieces } }: IntegerCode, entry: Local): Expression {
  const first = pieces[0]?.length ?? 0;
  return pieces.every(({ length }) => length === first) ? i32(first) : field(entry, "length");
}

/** The quotient of an i32 that is not negative by a power of two, rounded up. */
export const ceilDivide = (value: Expression, divisor: number): Expression =>
  op("i32.shr_u", sum(value, divisor - 1), i32(Math.log2(divisor)));

/** Address of the activation where a piece starts, in the row that starts at `row`. */
export const pieceOf = (code: IntegerCode, entry: Local, row: Local): Expression =>
  sum(row, op("i32.mul", field(entry, "start"), i32(activationBytes(code))));
