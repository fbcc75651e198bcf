import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, valueAt } from "../../../compiler/ir/module.ts";
import { type NormGroup, type NormRefusal, normGroups } from "./norm-groups.ts";
import { selectParams } from "./select-params.ts";

/**
 * The norm groups that have a weight matching a pattern of `only`, and none matching one of `skip`. Norms that cannot
 * be transformed are told of; it is an error if none can.
 */
export function chooseGroups(
  module: Module,
  only: readonly string[],
  skip: readonly string[],
  { report }: Pick<PassContext, "report">,
): Result<readonly NormGroup[]> {
  const { groups, refusals } = normGroups(module);
  const told = refusals.map((refusal) => refusalOf(module, refusal));
  if (groups.length === 0)
    return fail(
      error("no-norm-group", "no norm passes its output to linear ops alone", {
        hint: "the gain and the weights must come from lowp.get, dense and used nowhere else",
      }),
      ...told,
    );
  const names = groups.flatMap((group) => namesOf(group));
  const { chosen, diagnostics } = selectParams(names, only, skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  const wanted = new Set(chosen);
  const skipped = new Set(skip.length > 0 ? selectParams(names, skip, []).chosen : []);
  const taken = groups.filter(
    (group) =>
      namesOf(group).some((name) => wanted.has(name)) && !namesOf(group).some((name) => skipped.has(name)),
  );
  if (taken.length === 0)
    return fail(error("selector", `skip leaves none of the ${groups.length} norms with their linear ops`));
  told.forEach(report);
  return ok(taken);
}

const namesOf = ({ weights }: NormGroup): readonly string[] =>
  weights.map(({ attributes }) => attributes.sym_name);

function refusalOf(module: Module, { norm, reason }: NormRefusal): Diagnostic {
  const { name } = valueAt(module, norm.results.output);
  return {
    severity: "remark",
    code: "norm-left-alone",
    message: `${norm.name}${name === undefined ? "" : ` %${name}`} is left as it is: ${reason}`,
    span: norm.span,
  };
}
