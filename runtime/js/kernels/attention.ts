import { i32, type Local, type Operand, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import {
  type CodedEntries,
  codedEntries,
  describeCoded,
  type EntrySource,
  floatEntries,
} from "./attention-entries.ts";
import {
  type KeyRange,
  openBlock,
  ROWS_PER_UNIT,
  ROWS_TOGETHER,
  type RowBlock,
  SUMS,
} from "./attention-rows.ts";
import { scoreKeys, weighRow } from "./attention-scores.ts";
import { clearRow, divideRow, mixKeys } from "./attention-values.ts";
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

/** Of both sides: codes, scales, zero points or shifts, and how many entries are held as codes. */
type CodedParameter =
  | "keyCodes"
  | "keyScales"
  | "keyOffsets"
  | "keyCoded"
  | "valueCodes"
  | "valueScales"
  | "valueOffsets"
  | "valueCoded";

const codedParameters = ({ codedKeys, codedValues }: Attention): readonly CodedParameter[] => [
  ...(codedKeys ? (["keyCodes", "keyScales", "keyOffsets", "keyCoded"] as const) : []),
  ...(codedValues ? (["valueCodes", "valueScales", "valueOffsets", "valueCoded"] as const) : []),
];

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
 * `lowp.dequantize` gives, and `keys` or `values` begins with the entry behind them. Parameters then also, for keys:
 * `keyCodes`, `keyScales`, `keyOffsets`, see `codedEntries`, and `keyCoded`, how many; likewise for values.
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
      const { keyParts, valueParts } = partsOf(f, shape, parameters);
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
        const last = f.let(op("i32.sub", rows, 1));
        const seen = openBlock(f, layout, { group, first, rows, workspace }).seen(last);
        forKeys(f, keyParts, seen, 4, (source, range) =>
          forGroups((block) => scoreKeys(f, block, scoring, source, range)),
        );
        forRows((block, row) => weighRow(f, block, row));
        forRows((block, row) => clearRow(f, block, mixing, row));
        forKeys(f, valueParts, seen, KEYS_TOGETHER, (source, range) =>
          forGroups((block) => mixKeys(f, block, mixing, source, range)),
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

/** Neighbouring entries that are held alike: those from the end of the part before to before `end`. */
interface EntryPart {
  readonly source: EntrySource;
  readonly end: Local;
}

function partsOf(
  f: FunctionBuilder,
  { groups, width, valueWidth, codedKeys, codedValues }: Attention,
  parameters: Readonly<Record<"keys" | "values" | "keyCount" | CodedParameter, Local>>,
): { readonly keyParts: readonly EntryPart[]; readonly valueParts: readonly EntryPart[] } {
  const sideOf = (
    address: Local,
    extents: { readonly groups: number; readonly width: number },
    coded: EntryPart | undefined,
  ): readonly EntryPart[] => {
    if (!coded) return [{ source: floatEntries(address, extents), end: parameters.keyCount }];
    const before = op("i32.mul", coded.end, 4 * groups * extents.width);
    const source = floatEntries(f.let(op("i32.sub", address, before)), extents);
    return [coded, { source, end: parameters.keyCount }];
  };
  const { keyCodes, keyScales, keyOffsets, valueCodes, valueScales, valueOffsets } = parameters;
  const keys = { groups, width };
  const values = { groups, width: valueWidth };
  const keyAddresses = { codes: keyCodes, scales: keyScales, offsets: keyOffsets };
  const valueAddresses = { codes: valueCodes, scales: valueScales, offsets: valueOffsets };
  return {
    keyParts: sideOf(
      parameters.keys,
      keys,
      codedKeys && { source: codedEntries(keyAddresses, codedKeys, keys), end: parameters.keyCoded },
    ),
    valueParts: sideOf(
      parameters.values,
      values,
      codedValues && {
        source: codedEntries(valueAddresses, codedValues, values),
        end: parameters.valueCoded,
      },
    ),
  };
}

/** Visits the keys before `seen`, `step` at once but for the last of each part. */
function forKeys(
  f: FunctionBuilder,
  parts: readonly EntryPart[],
  seen: Local,
  step: number,
  visit: (source: EntrySource, range: KeyRange) => void,
): void {
  let first: Operand = 0;
  for (const { source, end } of parts) {
    const last = f.let(smaller(end, seen));
    f.for(first, last, step, (key) =>
      visit(source, { key, stop: f.let(smaller(op("i32.add", key, step), last)) }),
    );
    first = last;
  }
}
