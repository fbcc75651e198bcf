import {
  applied,
  type Explanation,
  type Outcome,
  refused,
  siteOf,
} from "../../../compiler/define/explanation.ts";
import { isMismatch, type OpOf } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { defaultStepCosts, type StepCosts } from "../../../compiler/define/step-costs.ts";
import { error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, valueAt, walk } from "../../../compiler/ir/module.ts";
import { DYNAMIC, type TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { int, optional } from "../../../compiler/schema/schema.ts";
import { reportDecisions } from "../../lowp/passes/report-decisions.ts";
import { codedParameters, sharedBy } from "../coded-entries.ts";
import { attention } from "../ops.ts";
import { type Side, sides } from "../sides.ts";

type AttentionOp = OpOf<typeof attention>;

/**
 * kv.attention reads the rounded entries of its caches as codes, where that is fewer multiplications than to dequantize
 * them: scales by channel go into queries and sums over entries, scales by token into weights and sums over channels.
 * (KIVI, §3)
 */
export const foldCacheScales = definePass({
  name: "fold-cache-scales",
  summary: "Has attention read caches as codes, with scales folded into queries, weights and sums.",
  options: {
    rows: optional(int({ min: 1 })), // queries of a step, where the program does not tell; 1 where left out
  },
  contract: { kind: "exactInReals" },
  explains: "the caches of every kv.attention",
  run(module, { rows }, context) {
    const found = walk(module).filter((op): op is AttentionOp => attention.is(op));
    if (found.length === 0)
      return fail(
        error("no-effect", "the module has no kv.attention", {
          hint: "run quantize-kv before fold-cache-scales",
        }),
      );
    const assumes = found.some((op) => queriesOf(module, op) === DYNAMIC);
    if (rows !== undefined && !assumes)
      return fail(
        error("option-without-effect", `rows = ${rows} has no effect: the queries of every step are known`, {
          hint: "leave rows out",
        }),
      );
    const editor = new Editor(module);
    const decisions: Explanation[] = [];
    for (const op of found) {
      const rule = { rows: rows ?? 1, costs: context.stepCosts ?? defaultStepCosts };
      const outcomes = sides.map((side) => [side, decide(module, op, side, rule)] as const);
      for (const [side, outcome] of outcomes) decisions.push({ ...siteOf(module, op), rule: side, outcome });
      const chosen = outcomes.flatMap(([side, { kind }]) => (kind === "applied" ? [side] : []));
      const [first, second] = chosen;
      if (first === undefined) continue;
      editor.update({
        ...op,
        attributes: { ...op.attributes, on_codes: second === undefined ? first : "both" },
      });
    }
    if (context.explain) decisions.forEach(context.explain);
    reportDecisions("fold-cache-scales", decisions, context);
    const changed = editor.commit();
    return changed === module ? fail(nothingFolded(decisions)) : ok(changed);
  },
});

interface FoldRule {
  readonly rows: number;
  readonly costs: StepCosts;
}

/** Extent of the queries of a step; DYNAMIC where the program does not tell. */
const queriesOf = (module: Module, { operands }: AttentionOp): number =>
  (valueAt(module, operands.query).type as TensorType).shape[0]!;

/**
 * Dequantizing costs a multiplication a number, and an addition where it has an offset, once for all queries of the
 * heads that share it. Folding costs a multiplication for each of those queries, but once for all numbers of a block
 * along an axis; where sums are scaled, an addition too; and a multiplication and an addition for an offset.
 */
function decide(module: Module, op: AttentionOp, side: Side, { rows, costs }: FoldRule): Outcome {
  const cache = valueAt(module, op.operands[`past_${side}`]).type as TensorType;
  const parameters = codedParameters(cache);
  if (isMismatch(parameters)) return refused(parameters.message);
  if (op.attributes.on_codes === side || op.attributes.on_codes === "both")
    return refused("it is read as codes already");
  const { entries, channels } = sharedBy(parameters, cache.shape[2]!);
  // Blocks of several entries are folded over entries, others over channels: that is what the kernel does.
  const isOverEntries = entries !== 1;
  const group = isOverEntries ? entries : channels;
  if (group === DYNAMIC) return applied("one scale for all entries or channels");
  const [, heads] = (valueAt(module, op.operands.query).type as TensorType).shape;
  const sharing = heads === DYNAMIC || cache.shape[1] === DYNAMIC ? 1 : heads! / cache.shape[1]!;
  const isAssumed = queriesOf(module, op) === DYNAMIC;
  const queries = (isAssumed ? rows : queriesOf(module, op)) * sharing;
  const hasOffset = parameters.zero !== undefined || parameters.shift !== undefined;
  const before = costs.multiply + (hasOffset ? costs.add : 0);
  const scalesSums = isOverEntries === (side === "values");
  const once = costs.multiply + (scalesSums ? costs.add : 0) + (hasOffset ? costs.multiply + costs.add : 0);
  const behind = (queries * once) / group;
  const figures = `${queries} ${queries === 1 ? "query" : "queries"} a step${isAssumed ? " (assumed)" : ""}, groups of ${group}: ${Number(behind.toPrecision(2))} a number to fold, ${before} to dequantize`;
  return behind <= before
    ? applied(figures)
    : { kind: "refused", reason: figures, matched: 1, conditions: 2 };
}

function nothingFolded(decisions: readonly Explanation[]) {
  const [first] = decisions;
  const why = first?.outcome.kind === "refused" ? first.outcome.reason : "nothing pays";
  return error("no-effect", `fold-cache-scales folded nothing: ${why}`, {
    hint: "--explain fold-cache-scales tells of every cache; leave the pass out where none is folded",
  });
}
