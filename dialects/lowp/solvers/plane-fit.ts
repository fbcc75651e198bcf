/** Two planes of small digits, one scale per block each: w ≈ scales[0][b] · digits[0] + scales[1][b] · digits[1]. */
export interface Planes {
  readonly weight: Float64Array;
  /** Block of each weight. */
  readonly block: Int32Array;
  /** Digits a plane may have, by plane. */
  readonly levels: readonly (readonly number[])[];
  readonly digits: readonly Int8Array[];
  /** f64[blocks], none negative. */
  readonly scales: readonly Float64Array[];
  /** Gives every weight the pair of digits with the least error, of equals the first. */
  assign(): void;
}

export const levelsOf = (trits: boolean): number[] => (trits ? [-1, 0, 1] : [-1, 1]);

/**
 * The start: the signs of the weights with their mean magnitude, then the same for what is left; a sign of 0 is a
 * trit of 0. (F7, F8)
 */
export function startPlanes(
  weight: Float64Array,
  block: Int32Array,
  levels: readonly (readonly number[])[],
): Planes {
  const blocks = block.reduce((most, at) => Math.max(most, at + 1), 0);
  const rest = weight.slice();
  const counts = new Float64Array(blocks);
  for (const at of block) counts[at] = counts[at]! + 1;
  const digits: Int8Array[] = [];
  const scales: Float64Array[] = [];
  for (const allowed of levels) {
    const scale = new Float64Array(blocks);
    for (const [at, x] of rest.entries()) scale[block[at]!] = scale[block[at]!]! + Math.abs(x);
    for (let at = 0; at < blocks; at++) scale[at] = scale[at]! / Math.max(counts[at]!, 1);
    const digit = Int8Array.from(rest, (x) => (x === 0 && !allowed.includes(0) ? 1 : Math.sign(x)));
    for (let at = 0; at < rest.length; at++) rest[at] = rest[at]! - scale[block[at]!]! * digit[at]!;
    digits.push(digit);
    scales.push(scale);
  }
  const planes = { weight, block, levels, digits, scales };
  return { ...planes, assign: () => assign(planes) };
}

/** Σ (w′ − w)² over all weights. */
export function planeError({ weight, block, digits, scales }: Omit<Planes, "assign">): number {
  let total = 0;
  for (const [at, x] of weight.entries()) {
    const b = block[at]!;
    total += (x - scales[0]![b]! * digits[0]![at]! - scales[1]![b]! * digits[1]![at]!) ** 2;
  }
  return total;
}

/** Scales and digits in turns, until no scale moves by a ten-thousandth of the largest; tells the error of each turn. */
export function fitPlanes(planes: Planes, turns: number): readonly number[] {
  const errors: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const moved = fitScales(planes);
    planes.assign();
    errors.push(planeError(planes));
    if (moved < 1e-4) break;
  }
  return errors;
}

/**
 * α = (TᵀT + λI)⁻¹ Tᵀw of every block, λ growing from 1e-8 where the planes are alike. A negative scale is turned
 * around with its digits. Gives the largest change relative to the largest scale.
 */
function fitScales({ weight, block, digits, scales }: Planes): number {
  const [first, second] = [digits[0]!, digits[1]!];
  const blocks = scales[0]!.length;
  const sums = Array.from({ length: 5 }, () => new Float64Array(blocks));
  const [ones, twos, both, oneWeight, twoWeight] = sums as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [at, x] of weight.entries()) {
    const [b, one, two] = [block[at]!, first[at]!, second[at]!];
    ones[b] = ones[b]! + one * one;
    twos[b] = twos[b]! + two * two;
    both[b] = both[b]! + one * two;
    oneWeight[b] = oneWeight[b]! + one * x;
    twoWeight[b] = twoWeight[b]! + two * x;
  }
  let [moved, largest] = [0, 0];
  const turned = [new Uint8Array(blocks), new Uint8Array(blocks)];
  for (let b = 0; b < blocks; b++) {
    const alphas = solvePair([ones[b]!, both[b]!, twos[b]!], [oneWeight[b]!, twoWeight[b]!]);
    for (const [plane, alpha] of alphas.entries()) {
      moved = Math.max(moved, Math.abs(Math.abs(alpha) - scales[plane]![b]!));
      largest = Math.max(largest, Math.abs(alpha));
      if (alpha < 0) turned[plane]![b] = 1;
      scales[plane]![b] = Math.abs(alpha);
    }
  }
  for (const [plane, digit] of digits.entries())
    for (let at = 0; at < digit.length; at++) if (turned[plane]![block[at]!] === 1) digit[at] = -digit[at]!;
  return largest === 0 ? 0 : moved / largest;
}

/** Where the condition of TᵀT is above this, λ grows tenfold, up to 1. */
const worstCondition = 1e12;

/** Solves [[a, b], [b, c]] α = y with λ on the diagonal. */
function solvePair(
  [a, b, c]: readonly [number, number, number],
  [one, two]: readonly [number, number],
): readonly [number, number] {
  for (let lambda = 1e-8; ; lambda *= 10) {
    const [top, bottom] = [a + lambda, c + lambda];
    const determinant = top * bottom - b * b;
    const half = (top + bottom) / 2;
    const largest = half + Math.sqrt(Math.max(half * half - determinant, 0));
    // The smallest eigenvalue is determinant / largest.
    if (determinant * worstCondition > largest * largest || lambda >= 1)
      return [(bottom * one - b * two) / determinant, (top * two - b * one) / determinant];
  }
}

function assign({ weight, block, levels, digits, scales }: Omit<Planes, "assign">): void {
  for (const [at, x] of weight.entries()) {
    const [one, two] = [scales[0]![block[at]!]!, scales[1]![block[at]!]!];
    let least = Number.POSITIVE_INFINITY;
    for (const first of levels[0]!)
      for (const second of levels[1]!) {
        const error = Math.abs(x - one * first - two * second);
        if (!(error < least)) continue;
        least = error;
        digits[0]![at] = first;
        digits[1]![at] = second;
      }
  }
}
