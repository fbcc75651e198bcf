import { type Explain, siteOf } from "../../../compiler/define/explanation.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { parents } from "../../../compiler/ir/analysis.ts";
import { type BlockId, type Module, type OpId, opAt, type ValueId } from "../../../compiler/ir/module.ts";
import { linearSites, type WeightUse, weightUses } from "../linear-sites.ts";
import { selectionOutcome } from "./explain-selection.ts";
import { selectParams } from "./select-params.ts";

/** A value that meets weights of linear ops, and the ops of one block where it does, in program order. */
export interface LinearInput {
  readonly value: ValueId;
  readonly uses: readonly [WeightUse, ...WeightUse[]];
  /** The parameter that statistics of the value are kept under. */
  readonly site: string;
}

/**
 * The inputs of the linear ops and convolutions whose parameter matches a pattern of `only` and none of `skip`.
 * Each is explained where somebody asks.
 */
export function selectInputs(
  module: Module,
  only: readonly string[],
  skip: readonly string[],
  explain?: Explain,
): Result<readonly LinearInput[]> {
  const uses = weightUses(module);
  const candidates = [...new Set(uses.map(({ symbol }) => symbol))];
  if (candidates.length === 0)
    return fail(
      error("nothing-to-quantize", "no linear op takes its weight from a parameter", {
        hint: "weights must come from lowp.get",
      }),
    );
  const { chosen, diagnostics } = selectParams(candidates, only, skip);
  for (const { op, symbol } of explain ? uses : [])
    explain?.({
      ...siteOf(module, opAt(module, op)),
      rule: `input of @${symbol}`,
      outcome: selectionOutcome(symbol, { candidates, only, skip }),
    });
  if (diagnostics.length > 0) return fail(...diagnostics);
  if (chosen.length === 0)
    return fail(error("selector", `skip leaves none of the ${candidates.length} weights`));
  const wanted = new Set(chosen);
  return ok(
    groupByInput(
      module,
      uses.filter(({ symbol }) => wanted.has(symbol)),
    ),
  );
}

function groupByInput(module: Module, uses: readonly WeightUse[]): readonly LinearInput[] {
  const { blockOf } = parents(module);
  const sites = linearSites(module);
  const groups = new Map<string, [WeightUse, ...WeightUse[]]>();
  const keyOf = ({ op, input }: { readonly op: OpId; readonly input: ValueId }): string =>
    `${blockOf.get(op) ?? (0 as BlockId)} ${input}`;
  for (const use of uses) {
    const group = groups.get(keyOf(use));
    if (group) group.push(use);
    else groups.set(keyOf(use), [use]);
  }
  return [...groups.values()].map((group) => ({
    value: group[0].input,
    uses: group,
    site: sites.get(group[0].op)?.symbol ?? group[0].symbol,
  }));
}

/** The first op that uses the input: what stands before it stands before all of them. */
export const firstUser = (module: Module, { uses: [first] }: LinearInput) => opAt(module, first.op);
