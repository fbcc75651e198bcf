import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics, Statistic } from "../../../compiler/define/solver.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, string, withDefault } from "../../../compiler/schema/schema.ts";
import type { ChannelTransform } from "../channel-transform.ts";
import { chooseGroups } from "./choose-groups.ts";
import { ParamWriter } from "./dense-params.ts";
import { calibratedProvenance, measureInputs } from "./input-statistics.ts";
import type { NormGroup } from "./norm-groups.ts";
import { transformGroup } from "./transform-group.ts";

/** Options of every pass over norm groups: names of weights whose groups are taken, * matching anything. */
export const groupOptions = {
  only: withDefault(listOf(string), ["*"]),
  skip: withDefault(listOf(string), []),
};

/** What a pass over norm groups is made of. */
export interface NormTransform {
  /** Name of the pass, for messages and provenance. */
  readonly pass: string;
  readonly options: Readonly<Record<string, Attribute>>;
  readonly needs: readonly Statistic[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** The transform of the channels between a norm and its linears, whose weights are [N, K]. */
  choose(
    group: NormGroup,
    statistics: InputStatistics,
    weights: readonly FloatTensor[],
  ): ChannelTransform | Mismatch;
}

/** Transforms the channels between norms and linear ops, by what calibration saw of them. */
export async function transformNorms(
  module: Module,
  of: NormTransform,
  context: PassContext,
): Promise<Result<Module>> {
  const groups = chooseGroups(module, of.only, of.skip, context);
  if (!groups.ok) return groups;
  const sites = groups.value.map(({ weights: [first] }) => first!.attributes.sym_name);
  const statistics = await measureInputs(module, sites, { needs: of.needs, asker: of.pass }, context);
  if (!statistics.ok) return statistics;
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  const name = stringAttribute(of.pass);
  const options = { kind: "dictionary", entries: of.options } as const;
  const prov = calibratedProvenance({ algo: name, pass: name, options }, context);
  for (const [i, group] of groups.value.entries()) {
    const site = sites[i]!;
    context.progress(i, sites.length, site);
    const weights: FloatTensor[] = [];
    for (const weight of group.weights) {
      const numbers = writer.read(weight);
      if (!numbers.ok) return numbers;
      weights.push(numbers.value);
    }
    const transform = of.choose(group, statistics.value.get(site)!, weights);
    if (isMismatch(transform)) return fail(refused(site, transform));
    const done = transformGroup({ editor, writer, prov }, group, transform);
    if (!done.ok) return done;
  }
  writer.finish();
  return writer.problems.length > 0 ? fail(...writer.problems) : ok(editor.commit());
}

const refused = (site: string, { blames: _, ...problem }: Mismatch) => ({
  severity: "error" as const,
  span: undefined,
  ...problem,
  message: `@${site}: ${problem.message}`,
});
