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
import type { ParamOp } from "../params.ts";
import { chooseGroups, type FoundGroups } from "./choose-groups.ts";
import { ParamWriter } from "./dense-params.ts";
import { calibratedProvenance, measureInputs } from "./input-statistics.ts";
import type { GroupRewriter } from "./transform-group.ts";

/** Options of every pass over groups of linear ops: names of weights whose groups are taken, * matching anything. */
export const groupOptions = {
  only: withDefault(listOf(string), ["*"]),
  skip: withDefault(listOf(string), []),
};

/** Linear ops that see the same channels, which something before them can scale. */
interface ChannelGroup {
  readonly weights: readonly ParamOp[];
  readonly channels: number;
}

/** What a pass over such groups is made of. */
export interface ChannelPass<Group extends ChannelGroup> {
  /** Name of the pass, for messages and provenance. */
  readonly pass: string;
  readonly options: Readonly<Record<string, Attribute>>;
  readonly needs: readonly Statistic[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** The transform of the channels that the linears see, whose weights are [N, K]. */
  choose(
    group: Group,
    statistics: InputStatistics,
    weights: readonly FloatTensor[],
  ): ChannelTransform | Mismatch;
}

/** Where the groups come from, and how a transform of their channels is written into the program. */
export interface ChannelGroups<Group extends ChannelGroup> {
  readonly found: FoundGroups<Group>;
  apply(rewriter: GroupRewriter, group: Group, transform: ChannelTransform): Result<void>;
}

/** Transforms the channels that linear ops see, by what calibration saw of them, group after group. */
export async function transformChannels<Group extends ChannelGroup>(
  module: Module,
  of: ChannelPass<Group>,
  { found, apply }: ChannelGroups<Group>,
  context: PassContext,
): Promise<Result<Module>> {
  const groups = chooseGroups(module, found, of, context);
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
    const done = apply({ editor, writer, prov }, group, transform);
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
