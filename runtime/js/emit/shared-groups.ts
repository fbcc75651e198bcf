import { type CompositeValue, isDense } from "../../../compiler/define/kernel.ts";
import { sparse, sum } from "../../../dialects/lowp/types.ts";
import { componentOf } from "../../../dialects/lowp/values.ts";
import type { QuantizedMatrix } from "../kernels/linear/quantized-decoder.ts";
import { positionsOf, scatteredMatrix } from "./sparse-weights.ts";

/**
 * A sum whose terms are groups of codes, no group being in two of them, as one matrix of codes: those of narrower terms
 * take as many bits as those of the widest, and each shorter run of codes its own scale. Undefined for other sums, and
 * where terms have runs that do not divide each other, tables by run, or more than 256 levels in all.
 */
export function sharedOutMatrix(value: CompositeValue): QuantizedMatrix | undefined {
  const terms = groupTerms(value);
  const common = terms && commonLevels(terms);
  if (!common || terms.length === 0) return undefined;
  const run = Math.min(...terms.map(({ matrix }) => matrix.run));
  if (terms.some(({ matrix }) => matrix.run % run !== 0)) return undefined;
  const count = value.shape[0]! * value.shape[1]!;
  const owner = new Uint32Array(count / run);
  const codes = new Uint8Array(count);
  const [scales, shifts] = [new Float32Array(count / run), new Float32Array(count / run)];
  for (const [index, { matrix, positions }] of terms.entries()) {
    const translated = common.codes[index]!;
    for (const position of positions) {
      const at = Math.floor(position / run);
      if (owner[at] !== 0 && owner[at] !== index + 1) return undefined;
      owner[at] = index + 1;
      codes[position] = translated[matrix.codes[position]!]!;
      const from = Math.floor(position / matrix.run);
      scales[at] = matrix.scales[from]!;
      shifts[at] = matrix.shifts?.[from] ?? 0;
    }
  }
  const { bits, levels } = common;
  const isShifted = terms.some(({ matrix }) => matrix.shifts !== undefined);
  return { bits, codes, levels, run, scales, ...(isShifted && { shifts }) };
}

/** A term that stores groups: its codes in their places, and the positions of those it stores. */
interface GroupTerm {
  readonly matrix: QuantizedMatrix;
  readonly positions: Int32Array;
}

/** The terms of a sum of groups of codes; what stores nothing is left out, as it adds nothing. */
function groupTerms(value: CompositeValue): readonly GroupTerm[] | undefined {
  const { type } = value;
  if (!sum.is(type)) return undefined;
  const terms: GroupTerm[] = [];
  for (const [index, term] of type.parameters.terms.entries()) {
    const part = componentOf(value, `${index}`);
    if (isDense(part) || !sparse.is(term)) return undefined;
    if (componentOf(part, "values").shape[0] === 0) continue;
    const matrix = scatteredMatrix(part);
    if (!matrix || matrix.selector) return undefined;
    terms.push({ matrix, positions: positionsOf(part, term.parameters.kind) });
  }
  return terms;
}

/** All levels of some terms in one table, and by term what becomes of its codes; undefined for more than 256 levels. */
function commonLevels(terms: readonly GroupTerm[]) {
  const all = [...new Set(terms.flatMap(({ matrix }) => [...matrix.levels]))].sort(
    (one, other) => one - other,
  );
  const bits = Math.max(1, Math.ceil(Math.log2(all.length)));
  if (bits > 8) return undefined;
  const codeOf = new Map(all.map((level, code) => [level, code]));
  return {
    bits,
    levels: Float32Array.from({ length: 2 ** bits }, (_, code) => all[code] ?? 0),
    codes: terms.map(({ matrix }) => Uint8Array.from(matrix.levels, (level) => codeOf.get(level)!)),
  };
}
