import { attention as attentionOp } from "../../../../dialects/nn/ops/attention.ts";
import { attention, attentionWorkspace } from "../../kernels/attention.ts";
import { ROWS_PER_UNIT } from "../../kernels/attention-rows.ts";
import { scaled } from "../extents.ts";
import { defineLowering, type OpLowering } from "../lowering.ts";
import { fixed } from "./normalize.ts";

export const attentionLowerings: readonly OpLowering[] = [
  defineLowering(attentionOp, ({ operands, attributes: { scale, causal }, results }, context) => {
    const [query, keys, values] = [operands.query, operands.keys, operands.values].map((id) =>
      context.dense(id),
    );
    const [queryCount, keyCount] = [query!.shape[0]!, keys!.shape[0]!];
    context.unify(keyCount, values!.shape[0]!);
    const heads = fixed(context, query!.shape[1], "heads of nn.attention");
    const groups = fixed(context, keys!.shape[1], "heads of the keys of nn.attention");
    const width = fixed(context, query!.shape[2], "the width of heads of nn.attention");
    const valueWidth = fixed(context, values!.shape[2], "the width of values of nn.attention");
    const kernel = attention({
      heads,
      groups,
      width,
      valueWidth,
      scale: scale ?? 1 / Math.sqrt(width),
      causal,
    });
    const output = context.allocate("f32", [...query!.shape.slice(0, 2), values!.shape[2]!]);
    const units = {
      ...scaled(context.resolve(queryCount), heads / groups),
      per: ROWS_PER_UNIT,
      times: groups,
    };
    const args = {
      query: query!.address,
      keys: keys!.address,
      values: values!.address,
      output: output.address,
      queryCount,
      keyCount,
      workspace: context.workspace(attentionWorkspace(context.most(keyCount))),
    };
    // As if half of what there is room for were there.
    const seen = context.most(keyCount) / 2;
    context.step(kernel, units, args, scaled(queryCount, Math.ceil(heads * (width + valueWidth) * seen)));
    context.define(results.output, output);
  }),
];
