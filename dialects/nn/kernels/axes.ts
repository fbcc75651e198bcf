import { isMismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { normalizeAxes } from "../shapes.ts";

interface Shaped {
  readonly shape: readonly number[];
}

/** Axis numbers of verified attributes, from 0. */
export function axesOf(axes: readonly number[], { shape }: Shaped): readonly number[] {
  const found = normalizeAxes(axes, shape.length);
  return isMismatch(found) ? unreachable(found.message) : found;
}

/** One axis number of a verified attribute, from 0. */
export const axisOf = (axis: number, value: Shaped): number => axesOf([axis], value)[0]!;
