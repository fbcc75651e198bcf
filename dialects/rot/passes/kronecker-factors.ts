import { multiply, transpose } from "../../../compiler/numeric/matrix.ts";
import { symmetricEigen } from "../../../compiler/numeric/symmetric-eigen.ts";
import { hadamard } from "../transforms/hadamard.ts";
import { hadamardFactors } from "../transforms/hadamard-matrix.ts";
import { matrixOf } from "../transforms/transform.ts";
import type { PlannedPart, PlannedTransform } from "./planned-transform.ts";

/** What the two factors of a Kronecker product are. klt: principal axes of calibration data, mixed by Hadamard. */
export type KroneckerKind = "hadamard" | "random" | "klt";

/** How channels are mapped by a Kronecker product of two small transforms. */
export interface Kronecker {
  readonly kind: KroneckerKind;
  /** Of the factor on groups of channels; where left out, the one whose size is closest to the root. */
  readonly outer: number | undefined;
  /** How far principal axes are made equally loud, from 0, which is orthogonal, to 1, all of the way. */
  readonly whitening: number;
}

/** Variances below this share of their mean count as it, so that whitening stays far from singular. */
const QUIETEST = 1e-4;

/**
 * The sizes of two factors of so many channels, the outer first: the closest ones with outer ≤ inner, as of 4096 are
 * 64 · 64 and of 11008 are 86 · 128, both of sizes that the kind exists in; undefined where there are none.
 */
export function factorSizes(
  channels: number,
  { kind, outer }: Pick<Kronecker, "kind" | "outer">,
): { readonly outer: number; readonly inner: number } | undefined {
  const exists = (size: number): boolean =>
    Number.isInteger(size) && size > 1 && (kind === "random" || hadamardFactors(size) !== undefined);
  const fits = (size: number): boolean => exists(size) && exists(channels / size);
  const wanted = outer ?? lastTo(Math.floor(Math.sqrt(channels)), fits);
  return wanted !== undefined && fits(wanted) ? { outer: wanted, inner: channels / wanted } : undefined;
}

function lastTo(most: number, fits: (size: number) => boolean): number | undefined {
  for (let size = most; size > 1; size--) if (fits(size)) return size;
  return undefined;
}

/**
 * Two factors of given sizes; `seedOf` gives a part its seed, or none. With the second moment of the channels, those
 * of kind klt go by the axes of the second moments over groups and within them: K · λ^(-whitening / 2) · H. Undefined
 * where the moment is not finite. (Sun et al., FlatQuant, 2025, whose factors are trained)
 */
export function kroneckerFactors(
  sizes: { readonly outer: number; readonly inner: number },
  { kind, whitening }: Pick<Kronecker, "kind" | "whitening">,
  {
    moment,
    seedOf,
  }: { readonly moment: Float64Array | undefined; seedOf(suffix: string): number | undefined },
): PlannedTransform | undefined {
  const moments = moment && partialMoments(moment, sizes);
  const part = (suffix: "outer" | "inner"): PlannedPart | undefined => {
    const [size, seed] = [sizes[suffix], seedOf(suffix)];
    if (kind === "hadamard") return { suffix, transform: { kind, size, seed } };
    if (kind === "random") return { suffix, transform: { kind, size, seed: seed ?? 0 } };
    const matrix = moments && spreadAxes(moments[suffix], { size, seed, whitening });
    return matrix && { suffix, transform: { kind: "dense", size, matrix, isOrthogonal: whitening === 0 } };
  };
  const [outer, inner] = [part("outer"), part("inner")];
  return outer && inner && { kind: "kronecker", outer, inner };
}

/** The second moments of groups, summed over what is within them, and the other way round. */
export function partialMoments(
  moment: Float64Array,
  { outer, inner }: { readonly outer: number; readonly inner: number },
): { readonly outer: Float64Array; readonly inner: Float64Array } {
  const channels = outer * inner;
  const found = { outer: new Float64Array(outer ** 2), inner: new Float64Array(inner ** 2) };
  for (let group = 0; group < outer; group++)
    for (let other = 0; other < outer; other++)
      for (let within = 0; within < inner; within++) {
        const row = (group * inner + within) * channels + other * inner;
        const at = group * outer + other;
        found.outer[at] = found.outer[at]! + moment[row + within]!;
        if (group !== other) continue;
        for (let beside = 0; beside < inner; beside++) {
          const to = within * inner + beside;
          found.inner[to] = found.inner[to]! + moment[row + beside]!;
        }
      }
  return found;
}

interface Spread {
  readonly size: number;
  readonly seed: number | undefined;
  readonly whitening: number;
}

/** K · λ^(-whitening / 2) · H for the axes K and variances λ of a second moment, relative to their mean. */
function spreadAxes(moment: Float64Array, { size, seed, whitening }: Spread): Float64Array | undefined {
  const eigen = symmetricEigen(moment, size);
  if (!eigen) return undefined;
  const mean = eigen.values.reduce((sum, value) => sum + value, 0) / size;
  const loudness = (value: number): number =>
    mean > 0 ? Math.max(value / mean, QUIETEST) ** (-whitening / 2) : 1;
  const axes = transpose(
    eigen.vectors.map((entry, at) => entry * loudness(eigen.values[Math.floor(at / size)]!)),
    size,
    size,
  );
  const spread = matrixOf(hadamard(size, seed));
  return multiply(axes, spread, { rows: size, inner: size, columns: size });
}
