import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC, floatBits } from "../../compiler/ir/types.ts";
import { bitsOfElement } from "./elements.ts";
import { groupsPerWord, rowsPerTile } from "./nvidia-metadata.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { describeSparseKind, type Pattern, patternOf, type SparseKind } from "./sparse-kind.ts";
import type { ValueType } from "./value-type.ts";

/** Laws on the kind alone. */
export function sparseKindProblems(kind: SparseKind): readonly Mismatch[] {
  if (kind.kind === "nm") return patternProblems(kind);
  if (kind.kind !== "group" && kind.kind !== "bsr" && kind.kind !== "tiles") return [];
  const what = kind.kind === "tiles" ? "tile" : "group";
  const problems =
    kind.size > 0 ? [] : [mismatch("sparse-group", `${what} size is ${kind.size}, at least 1 expected`)];
  if (kind.kind !== "tiles" || kind.pad > 0) return problems;
  return [...problems, mismatch("sparse-pad", `tiles are filled up to ${kind.pad}, at least 1 expected`)];
}

/** Laws on n:m alone. */
export function patternProblems({ kept, of }: Pattern): readonly Mismatch[] {
  if (0 < kept && kept <= of) return [];
  return [mismatch("sparse-pattern", `${kept}:${of} keeps ${kept} of ${of}, expected 0 < n <= m in n:m`)];
}

/** Laws on the kind at a shape, whose extents may be DYNAMIC. Codes: `sparse-rank`, `sparse-divides`. */
export function sparseShapeProblems(kind: SparseKind, shape: readonly number[]): readonly Mismatch[] {
  const axis = shape.length - 1;
  const last = shape[axis];
  if (last === undefined) return [mismatch("sparse-rank", "a sparse value needs rank 1, found rank 0")];
  const name = describeSparseKind(kind);
  const isMatrix = kind.kind === "csr" || kind.kind === "bsr" || kind.kind === "nvidia";
  if (isMatrix && shape.length !== 2)
    return [mismatch("sparse-rank", `${kind.kind} needs a tensor of rank 2, found rank ${shape.length}`)];
  if (kind.kind === "nvidia")
    return [
      ...runProblems(rowsPerTile(kind.word), name, 0, shape[0]!),
      ...runProblems(2 * 4 * groupsPerWord(kind.word), name, 1, last),
    ];
  return runProblems(runOf(kind), kind.kind === "nm" ? `${kind.kept}:${kind.of}` : name, axis, last);
}

/** Whether the neighbours of one pattern or group fill an axis; an unknown extent passes. */
export function runProblems(run: number, what: string, axis: number, extent: number): readonly Mismatch[] {
  if (extent === DYNAMIC || extent % run === 0) return [];
  return [
    mismatch("sparse-divides", `${what} needs a multiple of ${run} along axis ${axis}, found ${extent}`),
  ];
}

/** Neighbours of the last axis that the kind looks at together; a tile stores each of its numbers by itself. */
export function runOf(kind: SparseKind): number {
  switch (kind.kind) {
    case "nm":
      return kind.of;
    case "nvidia":
      return 4;
    case "group":
    case "bsr":
    case "tiles":
      return kind.size;
    case "bitmap":
    case "csr":
      return 1;
  }
}

/** Shape of what a kind stores of a value, DYNAMIC where the data decide or an extent is. */
export function storedValuesShape(kind: SparseKind, shape: readonly number[]): readonly number[] {
  const last = shape.at(-1)!;
  switch (kind.kind) {
    case "nm":
    case "nvidia": {
      const { kept, of } = patternOf(kind)!;
      return shape.with(-1, last === DYNAMIC ? DYNAMIC : (last / of) * kept);
    }
    case "group":
    case "bsr":
      return [DYNAMIC, kind.size];
    case "bitmap":
    case "tiles":
    case "csr":
      return [DYNAMIC];
  }
}

/** Whether numbers of a type can be stored so: the hardware's words belong to numbers of 16 or of 8 bits. */
export function storedNumberProblems(kind: SparseKind, values: ValueType): readonly Mismatch[] {
  if (kind.kind !== "nvidia") return [];
  const bits = bitsOf(values);
  const expected = kind.word === 16 ? 16 : 8;
  if (bits === expected) return [];
  const found = bits === undefined ? "another type" : `${bits}`;
  return [
    mismatch("sparse-words", `nvidia ${kind.word} is for numbers of ${expected} bits, found ${found}`, {
      hint: bits === 16 || bits === 8 ? `use nvidia ${bits === 16 ? 16 : 32}` : "use nm 2:4",
    }),
  ];
}

function bitsOf(values: ValueType): number | undefined {
  if (values.kind === "float") return floatBits[values.name];
  if (values.kind !== "dialect" || values.name !== "lowp.q") return undefined;
  return bitsOfElement((values.parameters as unknown as QuantizedParameters).element);
}
