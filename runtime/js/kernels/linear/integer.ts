import { type Expression, type Local, op } from "../../assembler/expression.ts";
import { defineKernel, type Kernel } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import type { LinearForm } from "./form.ts";
import type { IntegerCode, IntegerLinear, IntegerParameter } from "./integer-code.ts";
import { multiplyFewRows } from "./integer-few-rows.ts";
import { multiplyGroups } from "./integer-groups.ts";
import { GROUP_PANELS, takesGroups } from "./integer-groups-plan.ts";
import { type IntegerActivations, type IntegerMatrix, layoutOf, panelCount } from "./integer-layout.ts";
import { multiplyMatrix } from "./integer-matrix.ts";
import { packIntegers } from "./integer-pack.ts";
import { multiplyStrassen } from "./integer-strassen.ts";
import { STRASSEN_PANELS, STRASSEN_ROWS, takesStrassen } from "./integer-strassen-plan.ts";
import { multiplyByTables } from "./integer-tables.ts";
import { FEW_ROWS, FEW_ROWS_BY_TABLES, workspaceBytes } from "./integer-workspace.ts";

/**
 * A product with integer activations, bit for bit that of `integerLinear` of the lowp dialect in f32: products of
 * steps are summed exactly over each stretch of the depth without an end of a run; sums times the product of the two
 * scales are added up in f64 in ascending order, then the bias; then rounded once. The rest of the epilogue is f32.
 *
 * Family's parameters: `input` [rows, depth] of signed codes of 8 or 16 bits; `scales` [rows, ceil(depth / run)] f32;
 * where activations have zero points, `zeros` of the same shape, i32. With relaxed SIMD, codes up to 127 are multiplied
 * by 8-bit activations as bytes, which gives the same bits; it pays where a machine adds such products in one
 * instruction (AVX-VNNI, NEON's dot product). Units: panels of 4 columns (16 for weights of 2
 * bits and 8-bit activations).
 */
export function integerLinear({
  weight,
  activations,
  epilogue,
  ...extents
}: {
  readonly columns: number;
  readonly depth: number;
  readonly weight: IntegerMatrix;
  readonly activations: IntegerActivations;
  readonly epilogue: Epilogue;
}): LinearForm {
  const layout = layoutOf(extents, weight, activations);
  const linear: IntegerLinear = { layout, activations, epilogue };
  return {
    kernel: kernelOf(linear),
    weight: packIntegers(layout, weight),
    units: panelCount(layout),
    workspace: workspaceBytes(linear),
  };
}

function kernelOf(linear: IntegerLinear): Kernel {
  const { layout, activations, epilogue } = linear;
  const parameters: readonly IntegerParameter[] = [
    "input",
    "scales",
    ...(activations.hasZeros ? (["zeros"] as const) : []),
    "weight",
    "output",
    "rows",
    "workspace",
    ...epilogueParameters(epilogue),
  ];
  return defineKernel({
    name: describe(linear),
    parameters,
    build(f, p, { relaxed }) {
      const code: IntegerCode = { ...linear, f, p, isNarrow: relaxed && fitsRelaxedDot(linear) };
      if (layout.format.kind === "planes")
        f.if(
          op("i32.le_s", p.rows, FEW_ROWS_BY_TABLES),
          () => multiplyByTables(code),
          // Bit planes are expanded to 16-bit lanes only.
          () => multiplyMatrix({ ...code, isNarrow: false }, p.begin, p.end),
        );
      else
        f.if(
          op("i32.le_s", p.rows, FEW_ROWS),
          () => multiplyFewRows(code),
          () => multiplyManyRows(code),
        );
    },
  });
}

/** Panels in twos by sums of parts, or in fours with a column in each lane, where that pays; all others one by one. */
function multiplyManyRows(code: IntegerCode): void {
  const { f, p } = code;
  const panels = op("i32.sub", p.end, p.begin);
  const begin = f.let(p.begin);
  const takeSome = (
    together: number,
    isMeant: Expression,
    multiply: (code: IntegerCode, begin: Local, end: Local) => void,
  ): void =>
    f.if(isMeant, () => {
      const end = f.let(op("i32.sub", p.end, op("i32.and", panels, together - 1)));
      multiply(code, begin, end);
      f.set(begin, end);
    });
  if (!code.isNarrow && takesStrassen(code)) {
    const isLarge = op("i32.ge_s", panels, STRASSEN_PANELS);
    takeSome(2, op("i32.and", op("i32.ge_s", p.rows, STRASSEN_ROWS), isLarge), multiplyStrassen);
  } else if (!code.isNarrow && takesGroups(code))
    takeSome(GROUP_PANELS, op("i32.ge_s", panels, GROUP_PANELS), multiplyGroups);
  f.if(op("i32.lt_s", begin, p.end), () => multiplyMatrix(code, begin, p.end));
}

/** Products of signed bytes by codes up to 127: a pair of them, at most 2 · 128 · 127 in magnitude, fits i16. */
const fitsRelaxedDot = ({ layout, activations }: IntegerLinear): boolean =>
  activations.bits === 8 && !layout.format.isSigned && layout.mostCode <= 127;

/** All that the code depends on: the pieces follow from the depth, the runs and the length of the longest. */
function describe(linear: IntegerLinear): string {
  const { columns, depth, format, pieces, run, scaleBytes, zero } = linear.layout;
  const { activations, epilogue } = linear;
  const longest = pieces.reduce((most, { length }) => Math.max(most, length), 0);
  return [
    `integer_${columns}x${depth}`,
    `${format.kind}_${format.isSigned ? "i" : "u"}${format.bits}${fitsRelaxedDot(linear) ? "_narrow" : ""}`,
    `by_i${activations.bits}${activations.hasZeros ? "_zeros" : ""}`,
    `${takesStrassen(linear) ? "strassen_" : ""}runs_${run}_${Math.min(activations.run, depth)}_pieces_${longest}`,
    `zero_${zero}_scales_f${8 * scaleBytes}${describeEpilogue(epilogue)}`,
  ].join("_");
}
