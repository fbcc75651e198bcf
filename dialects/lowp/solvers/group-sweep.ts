import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid, blockRanges } from "../block-grid.ts";
import { codebooksOf } from "../codebooks.ts";
import { elementsPerCode, hasCodebook } from "../elements.ts";
import { type BlockFit, copyFit, readFit, writeFit } from "./block-fit.ts";
import { searchClipping } from "./clip-search.ts";
import { type CodecAt, makeCodecs } from "./codec.ts";
import { type FitRanges, makeFitRanges } from "./fit-ranges.ts";
import { handOnErrors, type SweptMatrix } from "./gptq-sweep.ts";
import { type GroupScales, roundGroups } from "./group-scores.ts";
import type { GroupTerm, TermGroups } from "./group-terms.ts";
import { vectorsRefused } from "./losses.ts";
import { deadColumns, prepareMoment } from "./second-moment.ts";

/** What is known of the groups of one term while they are rounded. */
interface SweptTerm {
  readonly parameters: GroupTerm["stored"]["parameters"];
  readonly initial: CompositeValue;
  readonly fit: BlockFit;
  readonly fitRanges: FitRanges;
  readonly codes: Int32Array;
  readonly nearest: CodecAt;
  readonly exact: CodecAt;
}

/**
 * Rounds a weight [N, K] column by column as gptq does, each group in its term and fitted to the weights as errors have
 * left them; gives what each term stores. Codes: `gptq-matrix`, `gptq-block`, `solver-vectors`, `mixed-groups-table`.
 */
export function sweepGroups(
  weight: FloatTensor,
  groups: readonly TermGroups[],
  secondMoment: Float64Array,
  options: GroupSweepOptions,
): readonly CompositeValue[] | Mismatch {
  const [rows, columns] = [weight.shape[0]!, weight.shape[1]!];
  if (weight.shape.length !== 2)
    return mismatch("gptq-matrix", `gptq needs a weight of rank 2, found rank ${weight.shape.length}`);
  const prepared = prepareMoment(secondMoment, columns, { damping: options.damping, order: "natural" });
  if (isMismatch(prepared)) return prepared;
  const single = weight.data instanceof Float32Array;
  const terms: SweptTerm[] = [];
  for (const part of groups) {
    const term = startTerm(part, options.scales, single);
    if (isMismatch(term)) return term;
    terms.push(term);
  }
  const dead = new Set(deadColumns(secondMoment, columns));
  const work = Float64Array.from(weight.data, (x, at) => (dead.has(at % columns) ? 0 : x));
  const sweep = { rows, columns, work, factor: prepared.factor, single, terms, ...options };
  const numbers = numberGroups(groups, options.size, (rows * columns) / options.size);
  for (let group = 0; group < columns / options.size; group++) sweepGroup({ ...sweep, ...numbers }, group);
  return terms.map(({ initial, codes, fit }) => writeFit(initial, codes, fit));
}

interface GroupSweepOptions {
  readonly size: number;
  readonly damping: number;
  readonly scales: GroupScales;
}

/** A weight while its groups are rounded. */
interface GroupSweep extends SweptMatrix, GroupNumbers, GroupSweepOptions {
  readonly terms: readonly SweptTerm[];
  /** Whether untouched weights are f32. */
  readonly single: boolean;
}

/** Fits and rounds one group of every row, handing its errors on. */
function sweepGroup(sweep: GroupSweep, group: number): void {
  const { rows, columns, work, size, scales, single, terms, termOf, runOf } = sweep;
  const perRow = columns / size;
  const start = group * size;
  for (const [index, term] of terms.entries()) {
    const own = Array.from({ length: rows }, (_, row) => row).filter(
      (row) => termOf[row * perRow + group] === index,
    );
    const data = single ? new Float32Array(own.length * size) : new Float64Array(own.length * size);
    for (const [at, row] of own.entries())
      data.set(work.subarray(row * columns + start, row * columns + start + size), at * size);
    const runs = Int32Array.from(own, (row) => runOf[row * perRow + group]!);
    fitRuns(term, { shape: [own.length, size], data }, runs, scales);
  }
  handOnErrors(sweep, { start, end: start + size }, (row, position) => {
    const at = row * perRow + group;
    const place = runOf[at]! * size + position - start;
    return roundNumber(terms[termOf[at]!]!, runOf[at]!, place, {
      x: work[row * columns + position]!,
      single,
    });
  });
}

/** By group of the weight: its term, and its number among the groups of that. */
interface GroupNumbers {
  readonly termOf: Uint8Array;
  readonly runOf: Int32Array;
}

function numberGroups(groups: readonly TermGroups[], size: number, count: number): GroupNumbers {
  const [termOf, runOf] = [new Uint8Array(count), new Int32Array(count)];
  for (const [index, { places }] of groups.entries())
    for (let run = 0; run < places.shape[0]!; run++) {
      const group = places.positions[run * size]! / size;
      termOf[group] = index;
      runOf[group] = run;
    }
  return { termOf, runOf };
}

function startTerm(
  { term: { stored }, weight }: TermGroups,
  scales: GroupScales,
  single: boolean,
): SweptTerm | Mismatch {
  const { parameters } = stored;
  const { element, block } = parameters;
  if (elementsPerCode(element) > 1) return vectorsRefused("mixed-groups");
  if (hasCodebook(element))
    return mismatch(
      "mixed-groups-table",
      "groups are fitted one after another, and a table of data is one for all",
      {
        hint: "leave rounding = gptq out, or use a grid or a table that a rule makes",
      },
    );
  const run = blockGrid(weight.shape, block).run;
  if (block.length !== 2 || block[0] !== 1 || run !== weight.shape[1])
    return mismatch("gptq-block", `a group is fitted at once, found blocks of [${block.join(", ")}]`, {
      hint: `use block = [1, ${weight.shape[1]}], or leave rounding = gptq out`,
    });
  const initial = roundGroups(weight, stored, scales);
  if (isMismatch(initial)) return initial;
  const fit = readFit(initial, single);
  if (isMismatch(fit)) return fit;
  const fitRanges = makeFitRanges(initial, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;
  const books = codebooksOf(element, initial.components);
  return {
    parameters,
    initial,
    fit,
    fitRanges,
    codes: new Int32Array(weight.data.length),
    nearest: makeCodecs(parameters, books, { single }),
    exact: makeCodecs(parameters, books, { single: false }),
  };
}

/** Fits some groups of a term, whose numbers among its groups are `runs`, to the weights [runs, G] given. */
function fitRuns(
  { parameters, fit, fitRanges, nearest, exact }: SweptTerm,
  weight: FloatTensor,
  runs: Int32Array,
  scales: GroupScales,
): void {
  const grid = blockGrid(weight.shape, [1, "*"]);
  const ranges = blockRanges(weight.data, grid, parameters.shift === undefined);
  const fitted =
    scales === "absmax"
      ? fitRanges(ranges, runs)
      : searchClipping({ weight, grid, ranges, blocks: runs, fitRanges, nearest, exact }, parameters);
  for (const [at, run] of runs.entries()) copyFit(fitted, at, fit, run);
}

/** Stores the code of one weight x of a group at its place among the codes; gives x − q. */
function roundNumber(
  { fit, codes, nearest, exact }: SweptTerm,
  run: number,
  place: number,
  { x, single }: { readonly x: number; readonly single: boolean },
): number {
  const [scale, zero, shift] = [fit.scale.numbers[run]!, fit.zero.numbers[run]!, fit.shift.numbers[run]!];
  const reals = exact(run, run);
  // Weights that no error has reached are still f32, and rounded as round to nearest does.
  const codec = single && Math.fround(x) === x ? nearest(run, run) : reals;
  const code = codec.encode(x, scale, zero, shift);
  codes[place] = code;
  return x - reals.decode(code, scale, zero, shift);
}
