import { type Expression, type Local, op, product, shuffle, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import {
  activationBytes,
  ceilDivide,
  forPieces,
  type IntegerCode,
  type IntegerLinear,
  lengthOf,
  pieceOf,
  rowBytes,
} from "./integer-code.ts";
import { paddedDepth } from "./integer-layout.ts";

/** Bytes of a row of activations that is arranged for its weights. */
export const arrangedBytes = ({ layout }: IntegerLinear): number => 2 * paddedDepth(layout);

/**
 * Writes a row of activations as the vectors of weights meet them, each piece padded (with anything) to whole blocks.
 * Narrow: bytes in order. Else 16-bit lanes: in order for codes of at least a byte; for smaller ones each 16
 * elements as the 8 even ones, then the 8 odd ones, as the low and high bytes of 16-bit lanes of codes are.
 */
export function arrangeRow(code: IntegerCode, row: Local, to: Expression): void {
  const { f, p, layout } = code;
  const start = f.let(sum(p.input, product(row, rowBytes(code))));
  const next = f.let(to);
  const laneBytes = code.isNarrow ? 1 : 2;
  const { step, write } = arrangement(code);
  forPieces(code, (entry) => {
    const from = f.let(pieceOf(code, entry, start));
    const place = f.let(next);
    const steps = f.let(ceilDivide(lengthOf(code, entry), step));
    const end = f.let(sum(place, product(steps, step * laneBytes)));
    f.repeat(
      () => {
        for (const [i, vector] of write(from).entries()) f.store("v128.store", place, vector, 16 * i);
        f.advance(place, step * laneBytes);
        f.advance(from, step * activationBytes(code));
      },
      op("i32.ne", place, end),
    );
    f.advance(next, product(ceilDivide(lengthOf(code, entry), layout.block), layout.block * laneBytes));
  });
}

/** How many elements are arranged at once, and the vectors of those at an address. */
function arrangement({ activations, f, isNarrow, layout }: IntegerCode): {
  readonly step: 8 | 16;
  write(from: Local): readonly Expression[];
} {
  if (isNarrow) return { step: 16, write: (from) => [load("v128.load", from)] };
  const isByte = activations.bits === 8;
  if (layout.format.bits >= 8)
    return { step: 8, write: (from) => [load(isByte ? "v128.load8x8_s" : "v128.load", from)] };
  return {
    step: 16,
    write(from) {
      const first = f.let(load("v128.load", from));
      if (isByte) return [op("i16x8.shr_s", op("i16x8.shl", first, 8), 8), op("i16x8.shr_s", first, 8)];
      const second = f.let(load("v128.load", from, 16));
      return [0, 2].map((offset) =>
        shuffle(
          first,
          second,
          Array.from({ length: 16 }, (_, byte) => 4 * (byte >> 1) + (byte & 1) + offset),
        ),
      );
    },
  };
}
