import type { RowRange, StoredSolution } from "../../../compiler/define/solver-host.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import { tableOf } from "../elements.ts";
import { componentsOf } from "../storage.ts";
import type { TableParameters } from "../table-type.ts";
import { quantized } from "../types.ts";

/** Weights of a part, at most, unless fewer rows cannot be cut: what a solver holds beside them stays small. */
const PART_WEIGHTS = 2 ** 18;

/** Rows of a multiple of this end on a whole byte, whatever the codes: 8 codes of any width, 5 trits. */
const WHOLE_BYTES = 40;

/**
 * Rows that can be quantized apart with the same codes and scales: blocks that end where the rows do, dense
 * scales, no table that all rows share, and rounding that does not depend on where a weight stands. Depends on
 * type and shape alone, so that the result is the same wherever the parts are solved. One part where the value must
 * be seen whole.
 */
export function rowParts(type: DialectType, shape: readonly number[]): readonly RowRange[] {
  const [rows = 1, columns = 1] = shape;
  const whole = [{ start: 0, end: rows }];
  if (shape.length !== 2 || !quantized.is(type)) return whole;
  const { element, block, scale, zero, shift, rounding } = type.parameters;
  const [height] = block;
  const isDense = (part: Type | undefined) => part === undefined || part.kind !== "dialect";
  if (block.length !== 2 || typeof height !== "number" || ![scale, zero, shift].every(isDense)) return whole;
  if (rounding === "stochastic" || isShared(tableOf(element))) return whole;
  const unit = height * WHOLE_BYTES;
  const step = Math.max(1, Math.floor(PART_WEIGHTS / (unit * columns))) * unit;
  const parts = Array.from({ length: Math.ceil(rows / step) }, (_, i) => ({
    start: i * step,
    end: Math.min(rows, (i + 1) * step),
  }));
  return addsUp(type, shape, parts) ? parts : whole;
}

/** Whether all rows have one table, which all of them decide. */
const isShared = (table: TableParameters | undefined): boolean =>
  table?.values.kind === "data" && table.per === "tensor";

/** Whether the bytes of the parts, one after another, are as many as those of the whole. */
function addsUp(type: DialectType, shape: readonly number[], parts: readonly RowRange[]): boolean {
  const lengths = (rows: number) =>
    componentsOf(type, [rows, shape[1]!]).map(({ byteLength }) => byteLength ?? Number.NaN);
  const ofParts = parts.map(({ start, end }) => lengths(end - start));
  return lengths(shape[0]!).every(
    (length, component) => length === ofParts.reduce((sum, each) => sum + each[component]!, 0),
  );
}

/** One solution from those of consecutive rows. Losses add up; a fall-back counts where all parts fell back. */
export function joinRows(solutions: readonly StoredSolution[]): StoredSolution {
  const [first] = solutions;
  if (!first) return unreachable("a weight has at least one part");
  if (solutions.length === 1) return first;
  const components = Object.keys(first.components).map((path) => [
    path,
    concatenate(solutions.map((solution) => solution.components[path]!)),
  ]);
  const sum = (of: (solution: StoredSolution) => number) =>
    solutions.reduce((total, each) => total + of(each), 0);
  return {
    type: first.type,
    components: Object.fromEntries(components),
    report: {
      ...first.report,
      loss: sum(({ report }) => report.loss),
      baseline: sum(({ report }) => report.baseline),
      fellBack: solutions.every(({ report }) => report.fellBack),
    },
  };
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    joined.set(piece, end);
    end += piece.length;
  }
  return joined;
}
