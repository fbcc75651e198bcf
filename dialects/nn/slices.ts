import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";

/** What is taken along one axis: from `start`, in steps of `stride`, `size` elements or, for -1, all there are. */
export interface AxisSlice {
  readonly start: number;
  readonly size: number;
  readonly stride: number;
}

/**
 * The slice with its start counted from 0 and its size known, as far as the extent is. Over an unknown extent,
 * a start that counts from the end stays as it is, and a size of -1 is DYNAMIC.
 */
export function sliceAlong(
  name: string,
  axis: number,
  extent: number,
  asked: AxisSlice,
): AxisSlice | Mismatch {
  const { stride } = asked;
  if (stride === 0) return mismatch("slice-stride", `${name} cannot step by 0 along axis ${axis}`);
  if (extent === DYNAMIC) return asked;
  const start = asked.start < 0 ? asked.start + extent : asked.start;
  const left = stride > 0 ? extent - start : start + 1;
  const size = asked.size === -1 ? Math.max(0, Math.ceil(left / Math.abs(stride))) : asked.size;
  const last = start + (size - 1) * stride;
  const isInside = size === 0 ? start <= extent : Math.max(start, last) < extent;
  if (start >= 0 && (size === 0 || last >= 0) && isInside) return { start, size, stride };
  const taken = size === 0 ? `from ${asked.start}` : `${start} to ${last}`;
  return mismatch("slice-range", `${name} takes ${taken} of axis ${axis}, which has ${extent} elements`, {
    blames: "input",
  });
}
