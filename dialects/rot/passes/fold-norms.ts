import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module, Op } from "../../../compiler/ir/module.ts";
import { bool, withDefault } from "../../../compiler/schema/schema.ts";
import { normGroups } from "../../lowp/passes/norm-groups.ts";
import { centreStreams } from "./centre-streams.ts";
import { foldGains } from "./fold-gains.ts";
import { storedAs, storedFloat } from "./stored-float.ts";
import { tiedTables, untie } from "./untie.ts";

/**
 * Makes norms mean the same in every orthogonal basis: gains and biases go into the linear ops behind them, and layer
 * norms become norms by the mean square, what they see being centred where it is made. What cannot be folded is left
 * alone, said in a remark; it is an error where nothing can.
 */
export const foldNorms = definePass({
  name: "fold-norms",
  summary:
    "Folds the gains and biases of norms into the linear ops behind them, and centres for layer norms.",
  options: {
    untie: withDefault(bool, true), // gives a linear op that shares its weight with an embedding a copy
    store: storedFloat,
  },
  contract: { kind: "exactInReals", rewritesWeights: true },
  explains: "norms with a gain, a bias or a mean to take away, and tables that linear ops share",
  run(module, { untie: mayUntie, store }, context) {
    const refuse = (current: Module, rule: string) => (op: Op, reason: string) => {
      context.explain?.({ ...siteOf(current, op), rule, outcome: refused(reason) });
      context.report({
        severity: "remark",
        code: "fold-norms",
        message: `this ${op.name} stays as it is: ${reason}`,
        span: op.span,
      });
    };
    const untied = untieTables(module, mayUntie, context);
    if (!untied.ok) return untied;
    const { groups, refusals } = normGroups(untied.value);
    const prov = { kind: "dictionary", entries: { pass: stringAttribute("fold-norms") } } as const;
    const written = { prov, as: storedAs(store) };
    const folded = foldGains(untied.value, groups, written, context);
    if (!folded.ok) return folded;
    for (const { norms, weights } of groups)
      for (const norm of norms) {
        const note = `into ${weights.map(({ attributes }) => `@${attributes.sym_name}`).join(", ")}`;
        context.explain?.({ ...siteOf(untied.value, norm), rule: "gain", outcome: applied(note) });
      }
    const unfolded = refusals.filter(({ op }) => "gain" in op.operands && op.operands.gain !== undefined);
    for (const { op, reason } of unfolded) refuse(untied.value, "gain")(op, reason);
    const centred = centreStreams(folded.value, written, context, refuse(folded.value, "centre"));
    if (!centred.ok || centred.value !== untied.value) return centred;
    return fail(
      error(
        "no-effect",
        "no norm has a gain or a bias that can be folded, or a mean that can be taken away",
        {
          hint: "leave the pass out; its remarks say what is in the way",
          notes: unfolded.map(({ op, reason }) => ({ message: reason, span: op.span })),
        },
      ),
    );
  },
});

/** Linear ops with a weight of their own; as it was where they have one, or may not. */
function untieTables(module: Module, may: boolean, context: PassContext): Result<Module> {
  const tied = tiedTables(module);
  if (tied.length === 0) return ok(module);
  if (may) return untie(module, tied, context);
  return fail(
    ...tied.map(({ attributes, span }) =>
      error("tied", `@${attributes.sym_name} is an embedding and the weight of a linear op behind a norm`, {
        span,
        hint: "leave out untie = false: the linear op is given a copy",
      }),
    ),
  );
}
