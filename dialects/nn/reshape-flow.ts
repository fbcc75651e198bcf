import type { AxisFlow, AxisPin, ValueAxis } from "../../compiler/define/axis-flow.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import { axisOf, ordered, type Shaped } from "./axis-rules.ts";

/**
 * How row-major axes flow through a reshape: matched from the last axis on, in the smallest runs with equally many
 * elements on both sides. One axis against one is the same; one against several is made of them; several against
 * several mix, so they must stay. Unknown extents match each other alone.
 */
export function reshapeFlow(input: Shaped, output: Shaped): AxisFlow {
  const same: ValueAxis[][] = [];
  const factors: { whole: ValueAxis; parts: readonly ValueAxis[] }[] = [];
  const pins: AxisPin[] = [];
  for (const [from, to] of matchedRuns(input.shape, output.shape)) {
    const [left, right] = [places(input, from), places(output, to)];
    if (left.length === 1 && right.length === 1) same.push([left[0]!, right[0]!]);
    else if (left.length === 1 && right.length > 1) factors.push({ whole: left[0]!, parts: right });
    else if (right.length === 1 && left.length > 1) factors.push({ whole: right[0]!, parts: left });
    else if (left.length + right.length > 0)
      pins.push(
        ...from.map((axis) => ordered(input, axis, "a reshape mixes it with other axes")),
        ...to.map((axis) => ordered(output, axis, "a reshape mixes it with other axes")),
      );
  }
  return { same, factors, pins };
}

/** Axes of extent 1 hold no channels, so they take part in nothing. */
const places = (tensor: Shaped, axes: readonly number[]): readonly ValueAxis[] =>
  axes.filter((axis) => tensor.shape[axis] !== 1).map((axis) => axisOf(tensor, axis));

type Run = readonly [input: readonly number[], output: readonly number[]];

/** Runs of axes with as many elements on both sides, the first axes first. */
function matchedRuns(input: readonly number[], output: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  let [left, right] = [input.length, output.length];
  while (left > 0 || right > 0) {
    const run = lastRun(input.slice(0, left), output.slice(0, right));
    runs.unshift(run);
    left -= run[0].length;
    right -= run[1].length;
  }
  return runs;
}

/** The shortest run at the end; everything that is left where none matches. */
function lastRun(input: readonly number[], output: readonly number[]): Run {
  let [left, right] = [input.length - 1, output.length - 1];
  let [before, behind] = [input[left] ?? 1, output[right] ?? 1];
  const rest: Run = [[...input.keys()], [...output.keys()]];
  while (before !== behind) {
    if (before === DYNAMIC || behind === DYNAMIC) return rest;
    if (before < behind) {
      if (--left < 0 || input[left] === DYNAMIC) return rest;
      before *= input[left]!;
    } else {
      if (--right < 0 || output[right] === DYNAMIC) return rest;
      behind *= output[right]!;
    }
  }
  return [axesFrom(input, left), axesFrom(output, right)];
}

const axesFrom = ({ length }: readonly number[], from: number): readonly number[] =>
  Array.from({ length: length - Math.max(0, from) }, (_, i) => Math.max(0, from) + i);
