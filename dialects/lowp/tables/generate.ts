import type { TableParameters } from "../table-type.ts";
import { bitmodGrids, bitmodSpan } from "./bitmod.ts";
import { logSqrt2 } from "./log-sqrt2.ts";
import { normalFloats } from "./normal-float.ts";
import { LARGEST_OUTLIER, olivePairs } from "./olive.ts";
import { powerGrid } from "./power.ts";

/**
 * The tables that a type fixes, f64[2^bits · dim] each, the rows one after another: one, or the variants of bitmod.
 * Undefined where the table is data.
 */
export function generatedTables({ bits, values }: TableParameters): readonly Float64Array[] | undefined {
  switch (values.kind) {
    case "nf":
      return [normalFloats(bits)];
    case "power":
      return [powerGrid(bits, values.exponent)];
    case "log_sqrt2":
      return [logSqrt2(bits)];
    case "olive":
      return [olivePairs()];
    case "bitmod":
      return bitmodGrids(bits);
    case "data":
      return undefined;
  }
}

/**
 * The ends that a block is scaled to. Those of bitmod are a common multiple of its variants' ends; tables that are
 * data are meant to lie within −1 and 1, but need not.
 */
export function tableBounds({ bits, values }: TableParameters): readonly [number, number] {
  switch (values.kind) {
    case "nf":
    case "power":
    case "data":
      return [-1, 1];
    case "log_sqrt2":
      return [2 ** ((1 - 2 ** bits) / 2), 1];
    case "olive":
      return [-LARGEST_OUTLIER, LARGEST_OUTLIER];
    case "bitmod":
      return [-bitmodSpan(bits), bitmodSpan(bits)];
  }
}
