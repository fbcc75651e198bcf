import { allocationSolvers } from "../../../compiler/allocation/solvers/index.ts";
import { applied, type Explanation, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module, OpId } from "../../../compiler/ir/module.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { int, listOf, oneOf, optional, real, withDefault } from "../../../compiler/schema/schema.ts";
import { typeWords } from "../../lowp/allocation/budgets.ts";
import { solveProblem } from "../../lowp/allocation/plan.ts";
import { allocationRemark, refinementRemark } from "../../lowp/allocation/report.ts";
import { refine } from "../../lowp/allocation/rounds.ts";
import { runFigures } from "../../lowp/allocation/run-figures.ts";
import { contextOf } from "../../nn/context.ts";
import { cacheBytes, cacheWords } from "../allocation/cache-budget.ts";
import { type CacheChoice, cacheCandidates, cacheChoices } from "../allocation/cache-choices.ts";
import { cacheItems } from "../allocation/cache-items.ts";
import { CacheMeter, plansBySide } from "../allocation/cache-meter.ts";
import { type MeasuredCache, measureCaches } from "../allocation/measure-caches.ts";
import { type CacheTypes, cacheType, type TailOptions } from "../cache-types.ts";
import { withPlan } from "../planned-caches.ts";
import { type Side, sides } from "../sides.ts";
import { idleTail, located, tailOptions } from "./cache-options.ts";
import { type Attention, attentions, type CachedAttention, cachesOf } from "./find-caches.ts";

/** Tokens that sizes are said for where neither the user nor the module says any. */
const DEFAULT_TOKENS = 1024;

interface Options extends TailOptions {
  readonly keys: readonly DialectType[] | undefined;
  readonly values: readonly DialectType[] | undefined;
}

/**
 * Chooses for each cache of keys or values one of some types, so that the sum of what each of them alone does to the
 * program is least within a budget. Sizes are those of rings with so many `tokens`, scales and tails and all. The
 * choice, a ring, is written beside the attention as `kv.keys` and `kv.values`; `quantize-kv{keys=allocated
 * values=allocated}` carries it out. A side that is left out stays one of floats, and counts in no budget. Losses of
 * caches do not quite add up: with `rounds` above 1 whole plans are measured, one type for all keys and one for all
 * values among them, and single changes of the best. (KVTuner,
 * Li et al., arXiv 2502.04420, with exact sums in place of a search)
 */
export const allocateKv = definePass({
  name: "allocate-kv",
  summary:
    "Chooses a lowp type for each cache of keys and values, the least harm within a budget, and writes it beside the attention.",
  options: {
    keys: optional(listOf(cacheType)), // of old entries, or of whole rings; left out: they stay floats
    values: optional(listOf(cacheType)),
    ...tailOptions,
    bits: optional(real({ above: 0 })), // stored bits per number on average, scales and tails and all
    bytes: optional(int({ min: 1 })), // of all caches that are decided about
    tokens: optional(int({ min: 1 })), // that sizes are those of; the context of the model, or 1024
    sensitivity: withDefault(oneOf("divergence", "loss"), "divergence"),
    solver: withDefault(oneOf(...allocationSolvers.map(({ name }) => name)), "ilp"),
    rounds: withDefault(int({ min: 1 }), 1), // of measuring, from the second on about the best plan so far
  },
  contract: { kind: "exact" },
  explains: "every nn.attention",
  async run(module, { bits, bytes, tokens, sensitivity, solver: chosen, rounds, ...options }, context) {
    const choices = choicesOf(options, context);
    if (!choices.ok) return choices;
    const found = attentions(module);
    if (context.explain) for (const op of found) context.explain(explanationOf(module, op, options));
    const caches = allCaches(module, found);
    if (!caches.ok) return caches;
    const asked = tokens ?? contextOf(module) ?? DEFAULT_TOKENS;
    const items = cacheItems(
      module,
      caches.value,
      sides.filter((side) => options[side]),
    );
    const candidates = cacheCandidates(items, choices.value, asked);
    if (!candidates.ok) return candidates;
    const numbers = candidates.value.reduce((sum, each) => sum + each.numbers, 0);
    const budget = cacheBytes({ bits, bytes }, numbers);
    if (!budget.ok) return budget;
    const measured = await measureCaches(module, candidates.value, sensitivity, context);
    if (!measured.ok) return measured;
    const idle = measured.value.filter(({ choices: all }) => all.every(({ loss }) => loss === 0));
    if (idle.length > 0) context.report(withoutEffect(idle));
    const solver = allocationSolvers.find(({ name }) => name === chosen)!;
    const words = typeWords({ bits }, numbers, cacheWords);
    const problem = { items: measured.value.map(itemOf), budgets: { bytes: budget.value } };
    const solution = await solveProblem(problem, { words, solver }, context);
    if (!solution.ok) return solution;
    const figure = { name: sensitivity, unit: runFigures[sensitivity].unit };
    const reported = measured.value.map(({ item: { id }, numbers: elements, choices: all }) => ({
      id,
      elements,
      choices: all,
    }));
    const told = { problem, sensitivity: figure, words };
    if (rounds === 1) {
      context.report(allocationRemark(solution.value, reported, told));
      return ok(withPlans(module, measured.value, solution.value.choices));
    }
    const meter = new CacheMeter(module, measured.value, sensitivity, context);
    const others = plansBySide(problem, measured.value);
    const refined = await refine(meter, solution.value.choices, { problem, solver, rounds, others });
    if (!refined.ok) return refined;
    context.report(refinementRemark(refined.value, reported, { ...told, solver: solver.name }));
    return ok(withPlans(module, measured.value, refined.value.best.choices));
  },
});

/** The choices of each side, none where it is left out. Codes: `option-missing`, those of the types. */
function choicesOf(
  options: Options,
  { registry }: PassContext,
): Result<Readonly<Record<Side, readonly CacheChoice[]>>> {
  const { keys, values } = options;
  if (!keys && !values) return fail(noTypes);
  const unused = idleTail([...(keys ?? []), ...(values ?? [])], options);
  if (unused) return fail(unused);
  const [ofKeys, ofValues] = [
    keys ? cacheChoices(keys, "keys", options, registry) : ok([]),
    values ? cacheChoices(values, "values", options, registry) : ok([]),
  ];
  if (ofKeys.ok && ofValues.ok) return ok({ keys: ofKeys.value, values: ofValues.value });
  return fail(...[ofKeys, ofValues].flatMap((each) => (each.ok ? [] : each.diagnostics)));
}

const noTypes = error("option-missing", "allocate-kv is given neither keys nor values", {
  hint: "list types, such as keys=[!lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>]",
});

/** The caches of every attention. Codes: `nothing-to-quantize`, those of `cachesOf`. */
function allCaches(module: Module, found: readonly Attention[]): Result<readonly CachedAttention[]> {
  if (found.length === 0)
    return fail(
      error("nothing-to-quantize", "the module has no nn.attention", {
        hint: "run allocate-kv before quantize-kv; other modules have no caches",
      }),
    );
  const caches: CachedAttention[] = [];
  const problems: Diagnostic[] = [];
  for (const op of found) {
    const cached = cachesOf(module, op);
    if (isMismatch(cached)) problems.push(located(cached, op));
    else caches.push(cached);
  }
  return problems.length > 0 ? fail(...problems) : ok(caches);
}

function explanationOf(module: Module, op: Attention, options: Options): Explanation {
  const caches = cachesOf(module, op);
  const offered = sides.map((side) => {
    const types = options[side];
    return types ? `${side} get one of ${types.length} types` : `${side} stay floats`;
  });
  const outcome = isMismatch(caches) ? refused(caches.message) : applied(offered.join(", "));
  return { ...siteOf(module, op), rule: "allocate", outcome };
}

const withoutEffect = (caches: readonly MeasuredCache[]): Diagnostic => ({
  severity: "warning",
  code: "caches-without-effect",
  message: `on the calibration data no type of ${caches.map(({ item }) => item.id).join(", ")} changes anything`,
  span: undefined,
  hint: "feed pieces that are longer than the entries that wait, and call what reads the caches from @main",
});

const itemOf = ({ item: { id }, choices }: MeasuredCache) => ({
  id,
  choices: choices.map(({ id: choice, loss, bytes }) => ({ id: choice, loss, cost: { bytes } })),
});

/** Writes what was chosen beside every attention that reads a cache. */
function withPlans(
  module: Module,
  measured: readonly MeasuredCache[],
  plan: ReadonlyMap<string, string>,
): Module {
  const plans = new Map<OpId, { readonly op: Attention; readonly types: Partial<CacheTypes> }>();
  for (const { item, choices } of measured) {
    const { ring } = choices.find(({ id }) => id === plan.get(item.id))!;
    for (const { attention, side } of item.uses) {
      const { op } = attention;
      plans.set(op.id, { op, types: { ...plans.get(op.id)?.types, [side]: ring } });
    }
  }
  const editor = new Editor(module);
  for (const { op, types } of plans.values()) editor.update(withPlan(op, types));
  return editor.commit();
}
