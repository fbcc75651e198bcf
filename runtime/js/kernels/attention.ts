import { i32, type Local, op, select, sum } from "../assembler/expression.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { openBlock, ROWS_PER_UNIT, ROWS_TOGETHER, type RowBlock, SUMS } from "./attention-rows.ts";
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
}

/** How many units of work there are: blocks of rows of a group, a row being a query of one head. */
export const attentionUnits = ({ heads, groups }: Attention, queryCount: number): number =>
  groups * Math.ceil((queryCount * (heads / groups)) / ROWS_PER_UNIT);

/** Bytes that a thread needs at `workspace`, for any number of queries. */
export const attentionWorkspace = (keyCount: number): number =>
  ROWS_TOGETHER * (SUMS + 16 * Math.ceil(keyCount / 4));

/** Keys whose values are added before those of the next group are. */
const KEYS_TOGETHER = 32;

/**
 * softmax(query · keysᵀ · scale) · values by head, into [T, heads, valueWidth]. Parameters: `query`, `keys`, `values`,
 * `output`, f32, `queryCount` T and `keyCount` S, `workspace`. Unseen keys and values are not used; a query that sees
 * none yields 0. All is f32, but for the sums of weights: a score errs by width · 2^-24 Σ|q k| · scale at most, which is
 * the relative error of its weight, and a result by (S + 16) · 2^-24 Σ|weight · value| / Σ weight beyond that.
 */
export function attention(shape: Attention): Kernel {
  const { heads, groups, width, valueWidth, scale, causal } = shape;
  const shared = heads / groups;
  return defineKernel({
    name: `attention_${heads}_${groups}_${width}_${valueWidth}_${scale}${causal ? "_causal" : ""}`,
    parameters: ["query", "keys", "values", "output", "queryCount", "keyCount", "workspace"],
    build(f, { query, keys, values, output, queryCount, keyCount, workspace, begin, end }) {
      const total = f.let(op("i32.mul", queryCount, shared));
      const blocks = f.let(op("i32.div_u", op("i32.add", total, ROWS_PER_UNIT - 1), ROWS_PER_UNIT));
      const rowBytes = f.let(op("i32.shl", op("i32.and", op("i32.add", keyCount, 3), -4), 2));
      const layout = { heads, shared, causal, queryCount, keyCount, rowBytes };
      const scoring = { query, keys, width, keyBytes: 4 * width * groups, scale };
      const mixing = { values, output, width: valueWidth, valueBytes: 4 * valueWidth * groups };
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
        f.for(0, seen, 4, (key) => forGroups((block) => scoreKeys(f, block, scoring, key)));
        forRows((block, row) => weighRow(f, block, row));
        forRows((block, row) => clearRow(f, block, mixing, row));
        f.for(0, seen, KEYS_TOGETHER, (key) => {
          const stop = f.let(op("i32.add", key, KEYS_TOGETHER));
          forGroups((block) => mixKeys(f, block, mixing, key, stop));
        });
        forRows((block, row) => divideRow(f, block, mixing, row));
        f.advance(unit, count);
      });
    },
  });
}
