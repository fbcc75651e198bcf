import { attention as attentionOp } from "../../../../dialects/nn/ops/attention.ts";
import type { Extent } from "../../artifact/program.ts";
import { attention, attentionWorkspace } from "../../kernels/attention.ts";
import type { CodedEntries } from "../../kernels/attention-entries.ts";
import { ROWS_PER_UNIT } from "../../kernels/attention-rows.ts";
import { scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering } from "../lowering.ts";
import type { Address, DenseValue } from "../values.ts";
import { fixed } from "./normalize.ts";

export const attentionLowerings: readonly OpLowering[] = [
  defineLowering(attentionOp, ({ operands, attributes, results }, context) => {
    const [query, keys, values] = [operands.query, operands.keys, operands.values].map((id) =>
      context.dense(id),
    );
    context.define(
      results.output,
      attend(context, { query: query!, keys: keys!, values: values!, ...attributes }),
    );
  }),
];

/** Keys or values [entries, groups, width]. */
export interface AttentionSide {
  /** Of the floats: all, or those that were not rounded before the queries came. */
  readonly address: Address;
  readonly shape: readonly Extent[];
  /** Those that are rounded. */
  readonly coded?: {
    readonly form: CodedEntries;
    readonly codes: Address;
    readonly scales: Address;
    readonly offsets?: Address | undefined;
  };
}

export interface AttentionInputs {
  readonly query: DenseValue;
  readonly keys: AttentionSide;
  readonly values: AttentionSide;
  /** 1 / sqrt(width) where left out. */
  readonly scale?: number | undefined;
  readonly causal: boolean;
}

/** The steps of attention on floats or on caches; see the kernel. */
export function attend(
  context: LoweringContext,
  { query, keys, values, scale, causal }: AttentionInputs,
): DenseValue {
  const [queryCount, keyCount] = [query.shape[0]!, keys.shape[0]!];
  context.unify(keyCount, values.shape[0]!);
  const heads = fixed(context, query.shape[1], "heads of attention");
  const groups = fixed(context, keys.shape[1], "heads of the keys of attention");
  const width = fixed(context, query.shape[2], "the width of heads of attention");
  const valueWidth = fixed(context, values.shape[2], "the width of values of attention");
  const kernel = attention({
    heads,
    groups,
    width,
    valueWidth,
    scale: scale ?? 1 / Math.sqrt(width),
    causal,
    codedKeys: keys.coded?.form,
    codedValues: values.coded?.form,
  });
  const output = context.allocate("f32", [...query.shape.slice(0, 2), values.shape[2]!]);
  const units = {
    ...scaled(context.resolve(queryCount), heads / groups),
    per: ROWS_PER_UNIT,
    times: groups,
  };
  const args = {
    query: query.address,
    keys: keys.address,
    values: values.address,
    ...codedArguments("key", keys),
    ...codedArguments("value", values),
    output: output.address,
    queryCount,
    keyCount,
    workspace: context.workspace(attentionWorkspace(context.most(keyCount))),
  };
  // As if half of what there is room for were there.
  const seen = context.most(keyCount) / 2;
  context.step(kernel, units, args, scaled(queryCount, Math.ceil(heads * (width + valueWidth) * seen)));
  return output;
}

const codedArguments = (
  side: "key" | "value",
  { coded }: AttentionSide,
): Readonly<Record<string, Address>> =>
  coded
    ? {
        [`${side}Codes`]: coded.codes,
        [`${side}Scales`]: coded.scales,
        ...(coded.offsets && { [`${side}Offsets`]: coded.offsets }),
      }
    : {};
