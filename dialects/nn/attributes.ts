import { int, listOf, type Schema } from "../../compiler/schema/schema.ts";

/** A list of exactly two, one per image axis: rows, columns. */
export function pairOf<T>(item: Schema<T>): Schema<readonly [T, T]> {
  const list = listOf(item);
  return {
    describe: `two of ${item.describe}`,
    decode(literal) {
      const [rows, columns, ...rest] = list.decode(literal) ?? [];
      return rows === undefined || columns === undefined || rest.length > 0 ? undefined : [rows, columns];
    },
    encode: (pair) => list.encode([...pair]),
  };
}

/** A list of exactly four, one per image edge: top, left, bottom, right. */
export function edgesOf<T>(item: Schema<T>): Schema<readonly [T, T, T, T]> {
  const list = listOf(item);
  return {
    describe: `four of ${item.describe}`,
    decode(literal) {
      const [top, left, bottom, right, ...rest] = list.decode(literal) ?? [];
      if (top === undefined || left === undefined || bottom === undefined || right === undefined)
        return undefined;
      return rest.length > 0 ? undefined : [top, left, bottom, right];
    },
    encode: (edges) => list.encode([...edges]),
  };
}

/** Extents and counts. */
export const counts = listOf(int({ min: 0 }));

/** Extents of which some may be -1, left for the op to find. */
export const openExtents = listOf(int({ min: -1 }));

/** Axis numbers; negative ones count from the last axis. */
export const axisNumber = int();
