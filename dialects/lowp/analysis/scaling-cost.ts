import type { StepCosts } from "../../../compiler/define/step-costs.ts";
import { DYNAMIC, type Type } from "../../../compiler/ir/types.ts";

/** How many rows meet a weight. */
export interface RowCount {
  readonly rows: number;
  /** Whether the program does not tell, so that it had to be assumed. */
  readonly isAssumed: boolean;
}

/** The rows of an input [..., K]; `assume` is asked for those of unknown extents. */
export function rowsOf(input: Type, assume: () => number): RowCount {
  const leading = input.kind === "tensor" ? input.shape.slice(0, -1) : [];
  const isAssumed = leading.includes(DYNAMIC);
  return { rows: isAssumed ? assume() : leading.reduce((product, size) => product * size, 1), isAssumed };
}

/** What scaling costs for each weight of a product, before and behind the sums over groups of weights. */
export interface ScalingCost {
  /** Multiplying the weight by its scale, once for all rows. */
  readonly before: number;
  /** Multiplying the sums of the group by its scale and adding them up, for each row, as a share of one weight. */
  readonly behind: number;
}

/**
 * K · N multiplications before the sums against rows · N · K / group multiplications and additions behind them. With
 * equal costs the latter is cheaper for fewer rows than half a group. (MixPE)
 */
export const scalingCost = (
  { rows }: RowCount,
  group: number,
  { multiply, add }: StepCosts,
): ScalingCost => ({ before: multiply, behind: (rows * (multiply + add)) / group });

/** Whether codes are multiplied and sums scaled; also at a tie, as codes are fewer bytes to read. */
export const paysBehind = ({ before, behind }: ScalingCost): boolean => behind <= before;

/** `1 row (assumed), groups of 32: 0.063 a weight to scale sums, 1 to dequantize` */
export function describeScaling(
  { rows, isAssumed }: RowCount,
  group: number,
  { before, behind }: ScalingCost,
): string {
  const count = `${rows} ${rows === 1 ? "row" : "rows"}${isAssumed ? " (assumed)" : ""}`;
  const cost = Number(behind.toPrecision(2));
  return `${count}, groups of ${group}: ${cost} a weight to scale sums, ${before} to dequantize`;
}
