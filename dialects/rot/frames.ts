import { axisEncodingOf, withEntries } from "../../compiler/ir/axis-encoding.ts";
import type { TensorType } from "../../compiler/ir/types.ts";
import { type FramedAxis, frame } from "./attributes.ts";

/** The transform an axis of a tensor is in the frame of, by name; undefined in the identity frame. */
export function frameAt({ encoding }: TensorType, axis: number): string | undefined {
  const entries = encoding && frame.is(encoding) ? encoding.parameters.axes : [];
  return entries.find((entry) => entry.axis === axis)?.transform.join("::");
}

/** A type with an axis in the frame of a transform, or in the identity frame. */
export function inFrame(
  type: TensorType,
  axis: number,
  transform: readonly string[] | undefined,
): TensorType {
  const entries = axisEncodingOf(type.encoding)?.parameters.axes ?? [];
  const others = entries.filter((entry) => entry.axis !== axis);
  const own: readonly FramedAxis[] = transform ? [{ transform, axis }] : [];
  return withEntries(type, frame.name, [...others, ...own]);
}
