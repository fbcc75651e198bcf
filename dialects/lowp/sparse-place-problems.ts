import type { CompositeValue } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { fromMetadata } from "./nvidia-metadata.ts";
import { permutationProblem } from "./permutation.ts";
import type { Pattern } from "./sparse-kind.ts";
import { runOf } from "./sparse-kind-laws.ts";
import { tiledPlaces } from "./sparse-places.ts";
import { sparse } from "./types.ts";
import { integersOf } from "./values.ts";

/**
 * Whether a component that has just been read says places that the value has; those before it have been read. Codes:
 * `csr-offsets`, `csr-columns`, `sparse-indices`, `sparse-offsets`, and that of a permutation.
 */
export function placeProblem(value: CompositeValue, name: string): Mismatch | undefined {
  if (name === "perm") return permutationProblem(integersOf(value, name));
  if (!sparse.is(value.type)) return undefined;
  const { kind } = value.type.parameters;
  const numbers = (of: string) => integersOf(value, of).data;
  if (name === "indices" && kind.kind === "nm")
    return indexProblem(numbers(name), kind, value.shape.at(-1)! / kind.of);
  if (name === "metadata" && kind.kind === "nvidia") {
    const [rows, columns] = [value.shape[0]!, value.shape[1]!];
    return indexProblem(fromMetadata(numbers(name), rows, kind.word), { kept: 2, of: 4 }, columns / 4);
  }
  if (name === "offsets")
    return kind.kind === "tiles"
      ? tileProblem(numbers(name), numbers("mask"), kind)
      : offsetProblem(numbers(name));
  if (name !== "columns") return undefined;
  return columnProblem(numbers("offsets"), numbers(name), value.shape[1]! / runOf(kind));
}

/** Offsets must start at 0 and not fall. */
function offsetProblem(offsets: Int32Array): Mismatch | undefined {
  if (offsets[0] !== 0) return mismatch("csr-offsets", `offsets start at ${offsets[0]}, expected 0`);
  const falls = offsets.findIndex((offset, row) => row > 0 && offset < offsets[row - 1]!);
  return falls === -1
    ? undefined
    : mismatch(
        "csr-offsets",
        `offset ${falls} is ${offsets[falls]}, below the ${offsets[falls - 1]} before it`,
      );
}

/** Columns must lie in the matrix and rise within a row. */
function columnProblem(offsets: Int32Array, columns: Int32Array, width: number): Mismatch | undefined {
  for (let row = 0; row + 1 < offsets.length; row++)
    for (let index = offsets[row]!; index < offsets[row + 1]!; index++) {
      const column = columns[index]!;
      const least = index === offsets[row] ? 0 : columns[index - 1]! + 1;
      if (column >= least && column < width) continue;
      return mismatch(
        "csr-columns",
        `row ${row} has column ${column} at ${index}, expected one from ${least} below ${width}`,
      );
    }
  return undefined;
}

/** Offsets must lie in their run of m and rise within it. */
function indexProblem(indices: Int32Array, { kept, of }: Pattern, perRow: number): Mismatch | undefined {
  for (let start = 0; start < indices.length; start += kept) {
    const run = [...indices.subarray(start, start + kept)];
    if (run.every((offset, at) => offset < of && (at === 0 || offset > run[at - 1]!))) continue;
    const group = start / kept;
    return mismatch(
      "sparse-indices",
      `row ${Math.floor(group / perRow)}, group ${group % perRow} has offsets ${run.join(", ")}, expected rising ones below ${of}`,
    );
  }
  return undefined;
}

/** Tiles must begin where the mask says. */
function tileProblem(
  offsets: Int32Array,
  mask: Int32Array,
  tiles: { readonly size: number; readonly pad: number },
): Mismatch | undefined {
  const expected = tiledPlaces(tiles, mask).offsets;
  const wrong = expected.findIndex((offset, tile) => offset !== offsets[tile]);
  return wrong === -1
    ? undefined
    : mismatch("sparse-offsets", `offset ${wrong} is ${offsets[wrong]}, the mask says ${expected[wrong]}`);
}
