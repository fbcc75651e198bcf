import { i32, type Local, type Operand, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import {
  type CodedEntries,
  codedEntries,
  describeCoded,
  ENTRIES_TOGETHER,
  type EntrySource,
  floatEntries,
} from "./attention-entries.ts";
import {
  type KeyRange,
  openBlock,
  ROWS_PER_UNIT,
  ROWS_TOGETHER,
  type RowBlock,
  rowOf,
  SUMS,
} from "./attention-rows.ts";
import { scoreKeys, weighRow } from "./attention-scores.ts";
import { clearRow, divideRow, mixKeys } from "./attention-values.ts";
import { type CacheRule, roundedOf } from "./cache-rule.ts";
import { smaller } from "./lanes.ts";

/** `nn.attention` of query [T, heads, width], keys [S, groups, width] and values [S, groups, valueWidth]. */
export interface Attention {
  readonly heads: number;
  /** Key-value heads; each serves heads / groups neighbouring query heads. */
  readonly groups: number;
  readonly width: number;
  readonly valueWidth: number;
  /** Multiplies scores. */
  readonly scale: number;
  /** Query i of T sees keys 0 … S - T + i of S. */
  readonly causal: boolean;
  /** How the first entries are held that are not f32, where there are such. */
  readonly codedKeys?: CodedEntries | undefined;
  readonly codedValues?: CodedEntries | undefined;
}

/** Of both sides: codes, scales, zero points or shifts. */
type CodedParameter = "keyCodes" | "keyScales" | "keyOffsets" | "valueCodes" | "valueScales" | "valueOffsets";

const codedParameters = ({ codedKeys, codedValues }: Attention): readonly CodedParameter[] => [
  ...(codedKeys ? (["keyCodes", "keyScales"] as const) : []),
  ...(hasOffsets(codedKeys) ? (["keyOffsets"] as const) : []),
  ...(codedValues ? (["valueCodes", "valueScales"] as const) : []),
  ...(hasOffsets(codedValues) ? (["valueOffsets"] as const) : []),
];
const hasOffsets = (coded: CodedEntries | undefined): boolean =>
  coded !== undefined && coded.offset !== "none";

/** How many units of work there are: blocks of rows of a group, a row being a query of one head. */
export const attentionUnits = ({ heads, groups }: Attention, queryCount: number): number =>
  groups * Math.ceil((queryCount * (heads / groups)) / ROWS_PER_UNIT);

/** Bytes that a thread needs at `workspace`, for any number of queries. */
export const attentionWorkspace = (keyCount: number): number =>
  ROWS_TOGETHER * (SUMS + 16 * Math.ceil(keyCount / 4) + 16);

/** Keys whose values are added before those of the next group are. */
const KEYS_TOGETHER = 32;

/**
 * softmax(query · keysᵀ · scale) · values by head, into [T, heads, valueWidth]. Parameters: `query`, `keys`, `values`,
 * `output`, f32, `queryCount` T and `keyCount` S, `workspace`. Unseen keys and values are not used; a query that sees
 * none yields 0. All is f32, but for the sums of weights: a score errs by width · 2^-24 Σ|q k| · scale at most, which is
 * the relative error of its weight, and a result by (S + 16) · 2^-24 Σ|weight · value| / Σ weight beyond that.
 * Where the first entries are codes (KIVI), as `kv.attention` has them in a ring, they are read as the numbers that
 * `lowp.dequantize` gives: for each query those that were rounded when it was the last one. `keys` or `values` then
 * begins with the first entry that was not rounded before the queries came. Parameters then also, for keys:
 * `keyCodes`, `keyScales` and, where there are such, `keyOffsets`, see `codedEntries`; likewise for values.
 */
export function attention(shape: Attention): Kernel {
  const { heads, groups, width, valueWidth, scale, causal } = shape;
  const shared = heads / groups;
  return defineKernel({
    name: describeAttention(shape),
    parameters: [
      ...(["query", "keys", "values", "output", "queryCount", "keyCount", "workspace"] as const),
      ...codedParameters(shape),
    ],
    build(f, parameters) {
      const { query, output, queryCount, keyCount, workspace, begin, end } = parameters;
      const total = f.let(op("i32.mul", queryCount, shared));
      const blocks = f.let(op("i32.div_u", op("i32.add", total, ROWS_PER_UNIT - 1), ROWS_PER_UNIT));
      const rowBytes = f.let(
        op("i32.add", op("i32.shl", op("i32.and", op("i32.add", keyCount, 3), -4), 2), 16),
      );
      const layout = { heads, shared, causal, queryCount, keyCount, rowBytes };
      const scoring = { query, width, scale };
      const mixing = { output, width: valueWidth };
      const { keySide, valueSide } = sidesOf(f, shape, parameters);
      const unit = f.let(begin);
      f.while(op("i32.lt_s", unit, end), () => {
        const group = f.let(op("i32.div_u", unit, blocks));
        const block = op("i32.sub", unit, op("i32.mul", group, blocks));
        const first = f.let(op("i32.mul", block, ROWS_PER_UNIT));
        const rows = f.let(smaller(op("i32.sub", total, first), i32(ROWS_PER_UNIT)));
        const unitBytes = f.let(op("i32.add", op("i32.mul", rows, rowBytes), SUMS));
        // Units of one block each are neighbouring groups, and may be done together.
        const together = f.let(
          select(op("i32.div_u", ROWS_TOGETHER, total), i32(1), op("i32.eq", blocks, 1)),
        );
        const count = f.let(smaller(together, op("i32.sub", end, unit)));
        const forGroups = (visit: (block: RowBlock) => void) =>
          f.for(0, count, 1, (index) => {
            const own = {
              group: f.let(sum(group, index)),
              workspace: f.let(sum(workspace, op("i32.mul", index, unitBytes))),
            };
            visit(openBlock(f, layout, { ...own, first, rows }));
          });
        const forRows = (visit: (block: RowBlock, row: Local) => void) =>
          forGroups((block) => f.for(0, block.rows, 1, (row) => visit(block, row)));
        const sample = openBlock(f, layout, { group, first, rows, workspace });
        forKeys(f, keySide, sample, ENTRIES_TOGETHER, (source, range, row) =>
          forGroups((block) => scoreKeys(f, row ? rowOf(f, block, row) : block, scoring, source, range)),
        );
        forRows((block, row) => weighRow(f, block, row));
        forRows((block, row) => clearRow(f, block, mixing, row));
        forKeys(f, valueSide, sample, KEYS_TOGETHER, (source, range, row) =>
          forGroups((block) => mixKeys(f, row ? rowOf(f, block, row) : block, mixing, source, range)),
        );
        forRows((block, row) => divideRow(f, block, mixing, row));
        f.advance(unit, count);
      });
    },
  });
}

function describeAttention(shape: Attention): string {
  const { heads, groups, width, valueWidth, scale, causal, codedKeys, codedValues } = shape;
  const keys = codedKeys ? `_keys_${describeCoded(codedKeys)}` : "";
  const values = codedValues ? `_values_${describeCoded(codedValues)}` : "";
  return `attention_${heads}_${groups}_${width}_${valueWidth}_${scale}${causal ? "_causal" : ""}${keys}${values}`;
}

/** Keys or values: those that are rounded for a query, and all others. */
interface Side {
  readonly floats: EntrySource;
  readonly coded: { readonly source: EntrySource; readonly rule: CacheRule } | undefined;
}

function sidesOf(
  f: FunctionBuilder,
  { groups, width, valueWidth, codedKeys, codedValues }: Attention,
  parameters: Readonly<Record<"keys" | "values" | "keyCount" | "queryCount" | CodedParameter, Local>>,
): { readonly keySide: Side; readonly valueSide: Side } {
  const { keys, values, keyCount, queryCount } = parameters;
  const { keyCodes, keyScales, keyOffsets, valueCodes, valueScales, valueOffsets } = parameters;
  const before = f.let(op("i32.sub", keyCount, queryCount));
  const sideOf = (
    address: Local,
    extents: { readonly groups: number; readonly width: number },
    form: CodedEntries | undefined,
    held: Readonly<Record<"codes" | "scales" | "offsets", Local>>,
  ): Side => {
    if (!form) return { floats: floatEntries(address, extents), coded: undefined };
    const { rule } = form;
    const skipped = op("i32.mul", roundedOf(f, rule, before), 4 * groups * extents.width);
    return {
      floats: floatEntries(f.let(op("i32.sub", address, skipped)), extents),
      coded: { source: codedEntries(held, form, extents), rule },
    };
  };
  return {
    keySide: sideOf(keys, { groups, width }, codedKeys, {
      ...{ codes: keyCodes, scales: keyScales, offsets: keyOffsets },
    }),
    valueSide: sideOf(values, { groups, width: valueWidth }, codedValues, {
      ...{ codes: valueCodes, scales: valueScales, offsets: valueOffsets },
    }),
  };
}

/**
 * Visits the keys that rows of a block see in ascending order, `step` at once but for the last of a stretch: for all
 * rows together where these are held alike for all, else for each row, which is then named.
 */
function forKeys(
  f: FunctionBuilder,
  { floats, coded }: Side,
  block: RowBlock,
  step: number,
  visit: (source: EntrySource, range: KeyRange, row?: Local) => void,
): void {
  const stretch = (source: EntrySource, first: Operand, end: Local, row?: Local) =>
    f.for(first, end, step, (key) =>
      visit(source, { key, stop: f.let(smaller(op("i32.add", key, step), end)) }, row),
    );
  const seen = block.seen(f.let(op("i32.sub", block.rows, 1)));
  if (!coded) {
    stretch(floats, 0, seen);
    return;
  }
  const { source, rule } = coded;
  const forAll = roundedOf(f, rule, block.seen(f.let(i32(0))));
  const forSome = roundedOf(f, rule, seen);
  stretch(source, 0, forAll);
  f.if(op("i32.lt_s", forAll, forSome), () =>
    f.for(0, block.rows, 1, (row) => {
      const own = roundedOf(f, rule, block.seen(row));
      stretch(source, forAll, own, row);
      stretch(floats, own, forSome, row);
    }),
  );
  stretch(floats, forSome, seen);
}
