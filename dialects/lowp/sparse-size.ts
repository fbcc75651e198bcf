import type { Type } from "../../compiler/ir/types.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import type { SparseKind } from "./sparse-kind.ts";
import { runOf } from "./sparse-kind-laws.ts";
import { countRuns, tiledPlaces } from "./sparse-places.ts";
import { componentsOf } from "./storage.ts";

/**
 * Bytes of a sparse value of `type` that stores what `needed` marks with 1, without making it. The type's kind holds
 * the marked numbers; extents are known.
 */
export function sparseByteLength(
  kind: SparseKind,
  type: Type,
  shape: readonly number[],
  needed: Uint8Array,
): number {
  const stored = storedCount(kind, needed);
  return componentsOf(type, shape).reduce((total, component) => {
    const known = component.shape.map((extent) => (extent === DYNAMIC ? stored : extent));
    return total + Math.ceil((elementCount(known) * component.elementBits) / 8);
  }, 0);
}

/** Runs or numbers that the data decide on; 0 where the kind does. */
function storedCount(kind: SparseKind, needed: Uint8Array): number {
  if (kind.kind === "nm" || kind.kind === "nvidia") return 0;
  if (kind.kind === "tiles") return tiledPlaces(kind, needed).offsets.at(-1)!;
  return countRuns(runOf(kind), needed);
}
