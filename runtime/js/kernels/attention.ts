import { i32, op, select, sum } from "../assembler/expression.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { ROWS_PER_UNIT, type RowBlock } from "./attention-rows.ts";
import { scoreRows } from "./attention-scores.ts";
import { mixRows } from "./attention-values.ts";
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

/** Where scores begin in the workspace, behind the sums of weights of the rows. */
const SCORES = 64;

/** How many units of work there are: blocks of rows of a group. */
export const attentionUnits = ({ heads, groups }: Attention, queryCount: number): number =>
  groups * Math.ceil((queryCount * (heads / groups)) / ROWS_PER_UNIT);

/** Bytes that a thread needs at `workspace`. */
export const attentionWorkspace = (keyCount: number): number =>
  SCORES + 4 * ROWS_PER_UNIT * 4 * Math.ceil(keyCount / 4);

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
      const scores = f.let(sum(workspace, SCORES));
      f.for(begin, end, 1, (unit) => {
        const group = f.let(op("i32.div_u", unit, blocks));
        const first = f.let(op("i32.mul", op("i32.sub", unit, op("i32.mul", group, blocks)), ROWS_PER_UNIT));
        const rows = f.let(smaller(op("i32.sub", total, first), i32(ROWS_PER_UNIT)));
        const block: RowBlock = {
          rows,
          rowBytes,
          keyCount,
          scores,
          sums: workspace,
          head: (index) => {
            const row = f.let(sum(first, index));
            const inGroup = op("i32.rem_u", row, shared);
            const token = op("i32.div_u", row, shared);
            return f.let(sum(op("i32.mul", token, heads), op("i32.mul", group, shared), inGroup));
          },
          seen: (index) => {
            if (!causal) return keyCount;
            const token = op("i32.div_u", sum(first, index), shared);
            const last = f.let(sum(op("i32.sub", keyCount, queryCount), token, 1));
            return f.let(select(last, i32(0), op("i32.gt_s", last, 0)));
          },
        };
        const groupKeys = f.let(sum(keys, op("i32.mul", group, 4 * width)));
        scoreRows(f, block, { query, keys: groupKeys, width, keyBytes: 4 * width * groups, scale });
        const groupValues = f.let(sum(values, op("i32.mul", group, 4 * valueWidth)));
        mixRows(f, block, {
          values: groupValues,
          output,
          width: valueWidth,
          valueBytes: 4 * valueWidth * groups,
        });
      });
    },
  });
}
