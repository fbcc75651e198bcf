import { applied, refused } from "../../compiler/define/explanation.ts";
import type { PassContext } from "../../compiler/define/pass.ts";
import type { InputStatistics } from "../../compiler/define/solver.ts";
import { error, fail, ok, type Result, unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { weightUses } from "../lowp/linear-sites.ts";
import { selectionOutcome, siteOfParam } from "../lowp/passes/explain-selection.ts";
import { measureInputs } from "../lowp/passes/input-statistics.ts";
import { selectParams } from "../lowp/passes/select-params.ts";

/** What meets some weights, and the zeros in it. */
export interface InputZeros {
  /** Weights that share the input, in program order. */
  readonly names: readonly string[];
  /** `93.70 % zero`, with the channels of which nothing else was seen. */
  readonly told: string;
}

/**
 * Counts exact zeros, such as relu gives, in what meets the chosen weights on calibration data: means over all rows.
 * Weights may be of any type. Codes: `no-weights`, `selector`, `calibration-missing`, `statistics-missing`.
 */
export async function detectInputZeros(
  module: Module,
  choice: { readonly only: readonly string[]; readonly skip: readonly string[] },
  rule: string,
  context: PassContext,
): Promise<Result<readonly InputZeros[]>> {
  const candidates = [...new Set(weightUses(module).map(({ symbol }) => symbol))];
  if (candidates.length === 0)
    return fail(
      error("no-weights", "no linear op or convolution takes its weight from a parameter", {
        hint: "weights must come from lowp.get",
      }),
    );
  const { chosen, diagnostics } = selectParams(candidates, choice.only, choice.skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  if (chosen.length === 0)
    return fail(error("selector", `skip leaves none of the ${candidates.length} weights`));
  const measured = await measureInputs(
    module,
    chosen,
    { needs: ["zeroShare"], asker: "detect-sparsity of inputs" },
    context,
  );
  if (!measured.ok) return measured;
  const found = byInput(measured.value, chosen);
  for (const name of context.explain ? candidates : []) {
    const zeros = found.find(({ names }) => names.includes(name));
    const left = selectionOutcome(name, { candidates, ...choice });
    const outcome = zeros
      ? applied(zeros.told)
      : left.kind === "refused"
        ? left
        : refused("nothing was seen");
    context.explain?.({ ...siteOfParam(module, name), rule, outcome });
  }
  return ok(found);
}

/** Weights that share an input share one object of statistics. */
function byInput(
  statistics: ReadonlyMap<string, InputStatistics>,
  chosen: readonly string[],
): readonly InputZeros[] {
  const inputs = new Map<InputStatistics, string[]>();
  for (const name of chosen) {
    const input = statistics.get(name) ?? unreachable(`what meets @${name} was measured`);
    inputs.set(input, [...(inputs.get(input) ?? []), name]);
  }
  return [...inputs].map(([{ zeroShare }, names]) => ({ names, told: describeShares(zeroShare!) }));
}

function describeShares(shares: Float64Array): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const empty = shares.reduce((count, share) => count + (share === 1 ? 1 : 0), 0);
  const always = empty > 0 ? `, ${empty} of ${shares.length} channels always` : "";
  return `${(100 * mean).toFixed(2)} % zero${always}`;
}
