import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import { infinityCode, nanCode } from "../../compiler/numeric/float-format.ts";
import type { Rounding } from "../../compiler/numeric/rounding.ts";
import type { BlockExtent, Tail } from "./blocks.ts";
import {
  describeElement,
  type ElementFormat,
  elementProblems,
  elementsPerCode,
  floatFormatOf,
  tableOf,
} from "./elements.ts";
import { packProblems } from "./pack-layout.ts";
import { describeValueType, type ValueType } from "./value-type.ts";

/** How a power-of-two scale is found from the wanted one; floor of floats is the rule of OCP MX 1.0, §6.3. */
export type ScaleRounding = "ceil" | "floor" | "nearest";

/** What `!lowp.q<…>` says. */
export interface QuantizedParameters {
  readonly element: ElementFormat;
  readonly block: readonly BlockExtent[];
  readonly scale: ValueType;
  readonly zero: ValueType | undefined;
  readonly shift: ValueType | undefined;
  readonly tail: Tail;
  readonly rounding: Rounding;
  readonly overflow: "saturate" | "inf";
  readonly scale_rounding: ScaleRounding | undefined;
  readonly pack: string;
}

/** The laws of `!lowp.q` that need no tensor and no other type's laws. */
export const quantizedProblems = (parameters: QuantizedParameters): readonly Mismatch[] => [
  ...elementProblems(parameters.element),
  ...blockEntryProblems(parameters.block),
  ...scaleProblems(parameters),
  ...zeroProblems(parameters),
  ...overflowProblems(parameters),
  ...packProblems(parameters.element, parameters.pack),
  ...tableUseProblems(parameters),
];

/** A code of a table stands for whole runs of a block along the last axis; tables by row are those of a matrix. */
export function tableProblems(
  element: ElementFormat,
  block: readonly BlockExtent[],
  shape: readonly number[],
): readonly Mismatch[] {
  if (tableOf(element)?.per === "row" && shape.length !== 2)
    return [mismatch("table-rank", `per = row needs a tensor of rank 2, found rank ${shape.length}`)];
  const perCode = elementsPerCode(element);
  const last = shape.at(-1);
  const run = block.at(-1);
  if (typeof run === "number" && run % perCode !== 0)
    return [mismatch("table-divides", `${perCode} values per code do not divide a block of ${run}`)];
  if (perCode === 1 || last === DYNAMIC || (last !== undefined && last % perCode === 0)) return [];
  if (last === undefined)
    return [mismatch("table-rank", `a table of ${perCode} values per code needs rank 1, found rank 0`)];
  return [
    mismatch("table-divides", `${perCode} values per code do not divide extent ${last} of the last axis`),
  ];
}

function blockEntryProblems(block: readonly BlockExtent[]): readonly Mismatch[] {
  return block.flatMap((entry, axis) =>
    entry === "*" || entry > 0
      ? []
      : [mismatch("block-extent", `block entry of axis ${axis} is ${entry}, at least 1 or * expected`)],
  );
}

function scaleProblems({ scale, scale_rounding }: QuantizedParameters): readonly Mismatch[] {
  const name = describeValueType(scale);
  if (scale.kind === "integer")
    return [mismatch("scale-type", `scale is ${name}, expected a float or lowp value type`)];
  if (scale_rounding === undefined || (scale.kind === "float" && scale.name === "f8E8M0FNU")) return [];
  return [
    mismatch("scale-rounding", `scale_rounding = ${scale_rounding} needs scale = f8E8M0FNU, found ${name}`, {
      hint: "drop scale_rounding: this scale is rounded to the nearest",
    }),
  ];
}

function zeroProblems({ element, zero, shift }: QuantizedParameters): readonly Mismatch[] {
  if (shift?.kind === "integer")
    return [
      mismatch("shift-type", `shift is ${describeValueType(shift)}, expected a float or lowp value type`),
    ];
  if (zero === undefined) return [];
  if (shift !== undefined)
    return [
      mismatch("zero-and-shift", "zero and shift are both given, expected one of them", {
        hint: "zero is in steps of the scale, shift in units of the value",
      }),
    ];
  if (element.kind !== "integer")
    return [
      mismatch("zero-element", `zero needs an integer element, found ${describeElement(element)}`, {
        hint: "use shift",
      }),
    ];
  if (zero.kind !== "integer" || zero.width <= 16 || zero.width === 32) return [];
  return [mismatch("zero-width", `zero has ${zero.width} bits, expected 1 to 16 or 32`)];
}

function overflowProblems({ element, overflow }: QuantizedParameters): readonly Mismatch[] {
  if (overflow === "saturate") return [];
  const format = floatFormatOf(element)?.format;
  if (format && (infinityCode(format) ?? nanCode(format)) !== undefined) return [];
  return [
    mismatch("overflow", `overflow = inf needs infinity or NaN, ${describeElement(element)} has neither`),
  ];
}

/** What a table cannot be combined with. */
function tableUseProblems({ element, shift, rounding }: QuantizedParameters): readonly Mismatch[] {
  const table = tableOf(element);
  const problems: Mismatch[] = [];
  if (table?.values.kind === "bitmod" && shift !== undefined)
    problems.push(
      mismatch("table-shift", "a table of bitmod has no shift: its variants differ in their ends"),
    );
  if (table && table.dim > 1 && rounding !== "half_even")
    problems.push(
      mismatch("table-rounding", `rounding = ${rounding} needs one element per code, found ${table.dim}`, {
        hint: "drop rounding: the nearest row is taken",
      }),
    );
  return problems;
}

/** The laws of a `!lowp.q` that holds the scales, zeros or shifts of another, whose blocks are given. */
export const nestedProblems = (
  block: readonly BlockExtent[],
  inner: QuantizedParameters,
): readonly Mismatch[] => [...nestedRankProblems(block, inner.block), ...nestedTableProblems(inner.element)];

/** The scales have as many axes as what they scale. */
function nestedRankProblems(
  block: readonly BlockExtent[],
  inner: readonly BlockExtent[],
): readonly Mismatch[] {
  if (inner.length === block.length) return [];
  return [
    mismatch("nested-rank", `the inner block has ${inner.length} entries, the outer one ${block.length}`),
  ];
}

/** Each scale is encoded by itself, with a table that the type fixes. */
function nestedTableProblems(element: ElementFormat): readonly Mismatch[] {
  const source = tableOf(element)?.values.kind;
  if (source === undefined || source === "nf" || source === "power" || source === "log_sqrt2") return [];
  return [
    mismatch("nested-table", `a table of ${source} cannot hold scales, zeros or shifts`, {
      hint: "use nf, power<a> or log_sqrt2, or another element",
    }),
  ];
}
