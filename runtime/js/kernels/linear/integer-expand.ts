import { type Expression, i32, type Local, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { ceilDivide, forPieces, type IntegerCode, lengthOf } from "./integer-code.ts";
import { byteField } from "./integer-dot.ts";
import { headBytes } from "./integer-layout.ts";

/**
 * Writes the codes of a panel of four columns to an address in the order of the depth: for each 8 elements (16 if narrow) a vector
 * of 16-bit lanes (bytes) of each column in turn.
 */
export function expandPanel(code: IntegerCode, panel: Local, area: Expression): void {
  const { f, layout } = code;
  const from = f.let(panel);
  const to = f.let(area);
  forPieces(code, (entry) => {
    f.advance(from, headBytes(layout));
    const blocks = ceilDivide(lengthOf(code, entry), layout.block);
    const end = f.let(sum(from, product(blocks, layout.blockBytes)));
    f.repeat(
      () => {
        let vectors = 0;
        for (const column of [0, 1, 2, 3]) {
          const expanded = expandVector(code, from, 16 * column);
          for (const [i, vector] of expanded.entries())
            f.store("v128.store", to, vector, 64 * i + 16 * column);
          vectors = expanded.length;
        }
        f.advance(from, layout.blockBytes);
        f.advance(to, i32(64 * vectors));
      },
      op("i32.ne", from, end),
    );
  });
}

/** Codes of a block of one column, as the vectors that the product takes. */
export function expandVector(
  { f, isNarrow, layout }: IntegerCode,
  from: Local,
  offset: number,
): readonly Expression[] {
  const { bits, isSigned } = layout.format;
  if (bits === 16) return [load("v128.load", from, offset)];
  if (bits === 8 && !isNarrow)
    return [0, 8].map((half) => load(isSigned ? "v128.load8x8_s" : "v128.load8x8_u", from, offset + half));
  const codes = f.let(load("v128.load", from, offset));
  return Array.from({ length: 8 / bits }, (_, index) => index).flatMap((index) => {
    const bytes = f.let(byteField(codes, bits, index));
    if (isNarrow) return [bytes];
    return [op("i16x8.extend_low_i8x16_u", bytes), op("i16x8.extend_high_i8x16_u", bytes)];
  });
}
