import type { Attribute } from "./attributes.ts";
import type { TensorType } from "./types.ts";

/** What an encoding says of one axis; the other fields belong to the dialect whose attribute it is. */
export interface AxisEntry {
  readonly axis: number;
}

/** An encoding that speaks of single axes: an attribute of a dialect whose parameter `axes` lists entries. */
export interface AxisEncoding {
  readonly kind: "dialect";
  readonly name: string;
  readonly parameters: { readonly axes: readonly AxisEntry[] };
}

/** An encoding as one that speaks of single axes, which then move with their axes. */
export function axisEncodingOf(encoding: Attribute | undefined): AxisEncoding | undefined {
  if (encoding?.kind !== "dialect") return undefined;
  const { axes } = encoding.parameters;
  const isOfAxes =
    Array.isArray(axes) &&
    axes.every((entry: unknown) => typeof entry === "object" && entry !== null && "axis" in entry);
  return isOfAxes ? (encoding as AxisEncoding) : undefined;
}

/** What the encoding of a tensor says of an axis, if anything. */
export const entryAt = ({ encoding }: TensorType, axis: number): AxisEntry | undefined =>
  axisEncodingOf(encoding)?.parameters.axes.find((entry) => entry.axis === axis);

/** A type without its encoding. */
export const withoutEncoding = ({ encoding: _, ...type }: TensorType): TensorType => type;

/** A type with entries for its axes in an encoding of a name, by rising axis; with none, it has no encoding. */
export function withEntries(type: TensorType, name: string, entries: readonly AxisEntry[]): TensorType {
  const plain = withoutEncoding(type);
  if (entries.length === 0) return plain;
  const axes = entries.toSorted((one, other) => one.axis - other.axis);
  return { ...plain, encoding: { kind: "dialect", name, parameters: { axes } } };
}
