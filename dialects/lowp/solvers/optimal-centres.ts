/** Distinct numbers in order, and what each weighs. */
interface Points {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Weighted squared distance of points first … last to their mean. */
type IntervalCost = (first: number, last: number) => number;

/**
 * The `count` centres with the least Σ weight · (value − nearest centre)², ascending: exact weighted k-means of
 * numbers, by dynamic programming over the sorted numbers in O(count · n log n). Weights are not negative; where all
 * are zero they count as one. With fewer distinct numbers than centres the last is repeated; without any, zero.
 * (Wang and Song, Ckmeans.1d.dp, The R Journal 2011; divide and conquer as the best first index never decreases)
 */
export function optimalCentres(values: Float64Array, weights: Float64Array, count: number): Float64Array {
  const points = mergePoints(values, weights);
  const distinct = points.values.length;
  if (distinct <= count)
    return Float64Array.from({ length: count }, (_, index) =>
      distinct === 0 ? 0 : points.values[Math.min(index, distinct - 1)]!,
    );
  const starts = bestStarts(distinct, count, intervalCost(points));
  return Float64Array.from(starts, (start, index) =>
    meanOf(points, start, index + 1 < count ? starts[index + 1]! : distinct),
  );
}

/** Numbers that weigh nothing are left out, unless none weighs anything. */
function mergePoints(values: Float64Array, weights: Float64Array): Points {
  const counted = weights.some((weight) => weight > 0);
  const weightAt = (index: number): number => (counted ? weights[index]! : 1);
  const order = Array.from(values.keys())
    .filter((index) => weightAt(index) > 0)
    .sort((one, other) => values[one]! - values[other]! || one - other);
  const distinct: number[] = [];
  const totals: number[] = [];
  for (const index of order) {
    if (distinct.at(-1) === values[index]) totals[totals.length - 1]! += weightAt(index);
    else {
      distinct.push(values[index]!);
      totals.push(weightAt(index));
    }
  }
  return { values: Float64Array.from(distinct), weights: Float64Array.from(totals) };
}

/** From running sums of distances to the middle point, which keeps differences of large sums small. */
function intervalCost({ values, weights }: Points): IntervalCost {
  const middle = values[values.length >> 1]!;
  const [mass, first, second] = [0, 1, 2].map(() => new Float64Array(values.length + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let index = 0; index < values.length; index++) {
    const [distance, weight] = [values[index]! - middle, weights[index]!];
    mass[index + 1] = mass[index]! + weight;
    first[index + 1] = first[index]! + weight * distance;
    second[index + 1] = second[index]! + weight * distance * distance;
  }
  return (from, last) => {
    const moment = first[last + 1]! - first[from]!;
    const cost = second[last + 1]! - second[from]! - moment ** 2 / (mass[last + 1]! - mass[from]!);
    return from === last || !(cost > 0) ? 0 : cost;
  };
}

/** The index of the first point of each interval of the cheapest partition into `count` intervals. */
function bestStarts(points: number, count: number, cost: IntervalCost): Int32Array {
  let least = Float64Array.from({ length: points }, (_, last) => cost(0, last));
  const firsts: Int32Array[] = [];
  for (let interval = 1; interval < count; interval++) {
    const [next, first] = [new Float64Array(points).fill(Number.POSITIVE_INFINITY), new Int32Array(points)];
    const before = least;
    // For last points low … high, the best first point of the interval lies in from … to.
    const fill = (low: number, high: number, from: number, to: number): void => {
      if (low > high) return;
      const last = (low + high) >> 1;
      for (let start = from; start <= Math.min(to, last); start++) {
        const total = before[start - 1]! + cost(start, last);
        if (total < next[last]!) {
          next[last] = total;
          first[last] = start;
        }
      }
      fill(low, last - 1, from, first[last]!);
      fill(last + 1, high, first[last]!, to);
    };
    fill(interval, points - 1, interval, points - 1);
    least = next;
    firsts.push(first);
  }
  const starts = new Int32Array(count);
  let last = points - 1;
  for (let interval = count - 1; interval > 0; interval--) {
    starts[interval] = firsts[interval - 1]![last]!;
    last = starts[interval]! - 1;
  }
  return starts;
}

function meanOf({ values, weights }: Points, start: number, end: number): number {
  const base = values[start]!;
  let [mass, moment] = [0, 0];
  for (let index = start; index < end; index++) {
    mass += weights[index]!;
    moment += weights[index]! * (values[index]! - base);
  }
  return base + moment / mass;
}
