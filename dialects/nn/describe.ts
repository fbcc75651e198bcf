import { DYNAMIC } from "../../compiler/ir/types.ts";

/** `?x128`, or `rank 0` for the shape of a single number. */
export const describeShape = (shape: readonly number[]): string =>
  shape.length === 0 ? "rank 0" : shape.map(describeExtent).join("x");

/** `[2, 3]`, as lists of attributes are written. */
export const describeList = (items: readonly number[]): string => `[${items.join(", ")}]`;

export const describeExtent = (size: number): string => (size === DYNAMIC ? "?" : String(size));
