import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, resultsOf, valueAt } from "../../../compiler/ir/module.ts";
import type { ParamOp } from "../params.ts";
import { siteOfParam } from "./explain-selection.ts";
import type { GroupRefusal } from "./norm-groups.ts";
import { selectParams } from "./select-params.ts";

/** Groups of a kind as an analysis finds them, and what it is called that they are none of. */
export interface FoundGroups<Group> {
  readonly groups: readonly Group[];
  readonly refusals: readonly GroupRefusal[];
  /** What is said where there is no group. */
  readonly missing: Diagnostic;
}

/**
 * The groups that have a weight matching a pattern of `only`, and none matching one of `skip`. Ops that cannot
 * be transformed are told of; it is an error if none can.
 */
export function chooseGroups<Group extends { readonly weights: readonly ParamOp[] }>(
  module: Module,
  { groups, refusals, missing }: FoundGroups<Group>,
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
  { report, explain }: Pick<PassContext, "report" | "explain">,
): Result<readonly Group[]> {
  const told = refusals.map((refusal) => refusalOf(module, refusal));
  for (const { op, reason } of refusals)
    explain?.({ ...siteOf(module, op), rule: "group", outcome: refused(reason) });
  if (groups.length === 0) return fail(missing, ...told);
  const names = groups.flatMap((group) => namesOf(group));
  const { chosen, diagnostics } = selectParams(names, only, skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  const wanted = new Set(chosen);
  const skipped = new Set(skip.length > 0 ? selectParams(names, skip, []).chosen : []);
  const taken = groups.filter(
    (group) =>
      namesOf(group).some((name) => wanted.has(name)) && !namesOf(group).some((name) => skipped.has(name)),
  );
  for (const group of groups) {
    const [first] = namesOf(group);
    const patterns = taken.includes(group) ? undefined : refused("only and skip leave it out");
    const outcome =
      patterns ??
      applied(
        namesOf(group)
          .map((name) => `@${name}`)
          .join(", "),
      );
    explain?.({ ...siteOfParam(module, first!), rule: "group", outcome });
  }
  if (taken.length === 0)
    return fail(error("selector", `skip leaves none of the ${groups.length} groups of linear ops`));
  told.forEach(report);
  return ok(taken);
}

const namesOf = ({ weights }: { readonly weights: readonly ParamOp[] }): readonly string[] =>
  weights.map(({ attributes }) => attributes.sym_name);

function refusalOf(module: Module, { op, reason }: GroupRefusal): Diagnostic {
  const { name } = valueAt(module, resultsOf(op)[0]!);
  return {
    severity: "remark",
    code: "channels-left-alone",
    message: `${op.name}${name === undefined ? "" : ` %${name}`} is left as it is: ${reason}`,
    span: op.span,
  };
}
