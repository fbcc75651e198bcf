import { type Expression, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { ceilDivide, forPieces, type IntegerCode, lengthOf, zeroVector } from "./integer-code.ts";
import { interleave } from "./integer-dot.ts";
import { headBytes } from "./integer-layout.ts";
import { areaOffset, quadBytes } from "./integer-workspace.ts";

/**
 * Writes the codes of a panel of bit planes as `expandPanel` does, for each quad of its 16 columns: for each 8 elements
 * (with zeros behind the last of a piece) a vector of 16-bit lanes of each column in turn.
 */
export function expandPlanes(code: IntegerCode, panel: Local): void {
  const { f, p, layout } = code;
  const from = f.let(panel);
  const to = f.let(sum(p.workspace, areaOffset(code)));
  forPieces(code, (entry) => {
    f.advance(from, headBytes(layout));
    const end = f.let(sum(from, product(ceilDivide(lengthOf(code, entry), layout.block), layout.blockBytes)));
    f.repeat(
      () => {
        const first = f.let(load("v128.load", from));
        const next = f.let(load("v128.load", from, 16));
        f.set(next, select(next, zeroVector, op("i32.lt_u", sum(from, 16), end)));
        const columns = transpose(f, [...codesOf(f, first), ...codesOf(f, next)]);
        for (const [column, codes] of columns.entries())
          f.store("v128.store", to, codes, Math.floor(column / 4) * quadBytes(code) + 16 * (column % 4));
        f.advance(from, 32);
        f.advance(to, 64);
      },
      op("i32.lt_u", from, end),
    );
    f.set(from, end);
  });
}

/** Codes of four elements of 16 columns, as a vector of bytes of each element. */
const codesOf = (f: FunctionBuilder, planes: Local): readonly Local[] =>
  [0, 1, 2, 3].map((element) => {
    const bits = f.let(op("v128.and", op("i16x8.shr_u", planes, element), splatBytes(0x11)));
    return f.let(op("v128.and", op("v128.or", bits, op("i16x8.shr_u", bits, 3)), splatBytes(3)));
  });

const splatBytes = (value: number): Expression => op("i8x16.splat", i32(value));

/** Eight elements of 16 columns, from bytes of 8 vectors to 16-bit lanes of 16, a column each. */
function transpose(f: FunctionBuilder, elements: readonly Local[]): Expression[] {
  // Vectors of the same columns, in the order of elements; each round joins neighbours and halves the columns.
  let groups: readonly (readonly Local[])[] = [elements];
  for (const width of [1, 2, 4])
    groups = groups.flatMap((group) =>
      [0, 8].map((from) =>
        Array.from({ length: group.length / 2 }, (_, pair) =>
          f.let(interleave(group[2 * pair]!, group[2 * pair + 1]!, width, from)),
        ),
      ),
    );
  return groups.flatMap(([columns]) => [
    op("i16x8.extend_low_i8x16_u", columns!),
    op("i16x8.extend_high_i8x16_u", columns!),
  ]);
}
