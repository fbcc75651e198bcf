/** What the output of a linear op loses as fewer of its inputs are kept. */
export interface DropCurve {
  /** Outputs; an input that is dropped spares so many numbers of the weight. */
  readonly rows: number;
  /** Inputs, of which one is always kept. */
  readonly columns: number;
  /** Inputs dropped at each level, rising from 0 to less than `columns`. */
  readonly dropped: readonly number[];
  /** Of the output, by level; 0 at the first, and infinite where an output that is 0 would change. */
  readonly errors: readonly number[];
}

/**
 * How many inputs each op drops, so that on average at least `share` of the numbers of all weights are spared: from
 * none on, the op goes to its next level whose error rises least for each number spared, of equals the first, until
 * the average is met; the last goes only as far as is needed. Undefined where the levels end before that. (TEAL, Liu
 * et al., arXiv 2408.14690, algorithm 1, with errors of the ops' own outputs)
 */
export function greedyDrops(curves: readonly DropCurve[], share: number): readonly number[] | undefined {
  const levels = curves.map(() => 0);
  const drops = curves.map(() => 0);
  for (let missing = sparedBy(curves, share); missing > 0; ) {
    const next = bestStep(curves, levels);
    if (next === undefined) return undefined;
    const { rows, dropped } = curves[next]!;
    const level = ++levels[next]!;
    drops[next] = Math.min(dropped[level]!, drops[next]! + Math.ceil(missing / rows));
    missing -= rows * (drops[next]! - dropped[level - 1]!);
  }
  return drops;
}

/** Numbers to be spared; a share such as 0.55 of 100 is 55, though the product of the two floats is more. */
function sparedBy(curves: readonly DropCurve[], share: number): number {
  const numbers = curves.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  return Math.ceil(numbers * share * (1 - Number.EPSILON * 4));
}

function bestStep(curves: readonly DropCurve[], levels: readonly number[]): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  for (const [index, { rows, dropped, errors }] of curves.entries()) {
    const level = levels[index]!;
    if (level + 1 >= dropped.length) continue;
    const spared = rows * (dropped[level + 1]! - dropped[level]!);
    const rise = errors[level + 1] === Infinity ? Infinity : (errors[level + 1]! - errors[level]!) / spared;
    if (best === undefined || rise < least) [best, least] = [index, rise];
  }
  return best;
}
