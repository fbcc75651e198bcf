import type { AllocationItem, AllocationProblem } from "../../../compiler/allocation/problem.ts";
import type { CostModel } from "../../../compiler/define/cost-model.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { type DialectType, same, type TensorType } from "../../../compiler/ir/types.ts";
import { elementCount } from "../../../compiler/numeric/tensor.ts";
import type { ParamOp } from "../params.ts";
import { selectParams } from "../passes/select-params.ts";
import type { SolverChoice } from "../passes/solver-choice.ts";
import { linearWeights, noWeights } from "../passes/weight-goals.ts";
import { type FormatChoice, formatChoices, type Pin } from "./choices.ts";
import { type Candidate, type MeasuredWeight, measureChoices } from "./measure.ts";
import { sensitivities } from "./sensitivity.ts";
import { misfit } from "./solved-weight.ts";
import { type TieKind, tieGroups } from "./ties.ts";

/** How weights are to be measured, as the user says it. */
export interface MeasuringRequest {
  readonly sensitivity: (typeof sensitivities)[number]["name"];
  /** Weights that must be changed alike. */
  readonly ties: TieKind;
  /** Weights that are also measured two at a time. */
  readonly interactions: "none" | "neighbours";
  /** How often the program is measured; more than once, about the best plan so far. */
  readonly rounds: number;
}

/** What is to be decided about a module, as the user says it. */
export interface AllocationRequest extends MeasuringRequest {
  readonly types: readonly DialectType[];
  /** Solvers that fill the types: none named, one for all, or one for each. */
  readonly by: readonly SolverChoice[];
  readonly pinned: readonly Pin[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** A problem whose items are weights, and what its choices stand for. */
export interface ModuleProblem {
  /** Choices cost bytes; budgets are added by whoever asks. */
  readonly problem: Omit<AllocationProblem, "budgets">;
  readonly weights: readonly MeasuredWeight[];
}

/**
 * Measures what each of these weights costs and loses in each type. Codes: `no-types`, `type-misfit` where no type fits
 * a weight or a type no weight, and those of `measuredProblem`.
 */
export async function moduleProblem(
  module: Module,
  weights: readonly ParamOp[],
  request: Omit<AllocationRequest, "only" | "skip">,
  context: PassContext,
): Promise<Result<ModuleProblem>> {
  const candidates = candidatesOf(weights, request, context);
  return candidates.ok ? measuredProblem(module, candidates.value, request, context) : candidates;
}

/**
 * Measures what each candidate costs and loses under each of its changes. Codes: `ties-unused`, `interactions-unused`,
 * `rounds-unused`, and those of measuring.
 */
export async function measuredProblem(
  module: Module,
  candidates: readonly Candidate[],
  request: MeasuringRequest,
  context: PassContext,
): Promise<Result<ModuleProblem>> {
  const names = new Set(candidates.map(({ weight }) => weight.attributes.sym_name));
  const ties = tieGroups(module, names, request.ties);
  if (request.ties !== "none" && ties.length === 0)
    return fail(
      error("ties-unused", `ties=${request.ties} ties no two of the ${names.size} weights`, {
        hint: "drop the option",
      }),
    );
  const sensitivity = sensitivities.find(({ name }) => name === request.sensitivity)!;
  const withNeighbours = request.interactions === "neighbours";
  const keepsNumbers = request.rounds > 1;
  if (withNeighbours && !sensitivity.measureTogether)
    return fail(layersAlone(sensitivity.name, "interactions"));
  if (keepsNumbers && !sensitivity.measureTogether) return fail(layersAlone(sensitivity.name, "rounds"));
  const measuring = { sensitivity, withNeighbours, keepsNumbers };
  const measured = await measureChoices(module, candidates, measuring, context);
  if (!measured.ok) return measured;
  const { weights: found, pairs } = measured.value;
  const items = itemsOf(found, context.costs);
  if (!items.ok) return items;
  return ok({
    problem: { items: items.value, ...(ties.length > 0 && { ties }), ...(pairs.length > 0 && { pairs }) },
    weights: found,
  });
}

const layersAlone = (sensitivity: string, option: "interactions" | "rounds"): Diagnostic =>
  error(`${option}-unused`, `sensitivity ${sensitivity} looks at each layer alone, where nothing interacts`, {
    hint: `take sensitivity=divergence, or leave ${option} out`,
  });

/** Numbers in a weight. */
export const elementsOf = ({ attributes }: ParamOp): number =>
  elementCount((attributes.type as TensorType).shape);

/** Numbers in all of them together. */
export const totalElements = (weights: readonly ParamOp[]): number =>
  weights.reduce((total, each) => total + elementsOf(each), 0);

/** The items, with what the target says beside the bytes. Code: those of the cost model. */
export function itemsOf(
  weights: readonly MeasuredWeight[],
  costs: CostModel | undefined,
): Result<readonly AllocationItem[]> {
  const problems: Diagnostic[] = [];
  const items = weights.map(({ weight, choices }): AllocationItem => {
    const { sym_name: symbol, type } = weight.attributes;
    const { shape } = type as TensorType;
    return {
      id: symbol,
      choices: choices.map(({ choice: { id, type: format }, bytes, costs: others, loss }) => {
        const cost = (format && costs?.costOf({ symbol, shape, type: format })) ?? {};
        if (isMismatch(cost)) problems.push(error(cost.code, cost.message, { hint: cost.hint ?? "" }));
        return { id, loss, cost: { bytes, ...others, ...(isMismatch(cost) ? {} : cost) } };
      }),
    };
  });
  return problems.length > 0 ? fail(...problems) : ok(items);
}

/** The weights to be decided about, in the order of the file. Codes: `nothing-to-quantize`, `selector`. */
export function chosenWeights(
  module: Module,
  { only, skip }: Pick<AllocationRequest, "only" | "skip">,
): Result<readonly ParamOp[]> {
  const weights = linearWeights(module);
  if (weights.length === 0) return fail(noWeights());
  const names = weights.map(({ attributes }) => attributes.sym_name);
  const { chosen, diagnostics } = selectParams(names, only, skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  if (chosen.length === 0) return fail(error("selector", `skip leaves none of the ${names.length} weights`));
  return ok(weights.filter(({ attributes }) => chosen.includes(attributes.sym_name)));
}

/** Every weight with the types that fit it. Codes: `no-types`, `type-misfit`, `pinned-twice`, those of `formatChoices`. */
export function candidatesOf(
  weights: readonly ParamOp[],
  { types, by, pinned }: Pick<AllocationRequest, "types" | "by" | "pinned">,
  { registry }: PassContext,
): Result<readonly Candidate[]> {
  const choices = formatChoices(types, by, registry);
  if (!choices.ok) return choices;
  const pins = pinnedChoices(weights, { pinned, by, choices: choices.value }, registry);
  if (!pins.ok) return pins;
  const candidates = weights.map((weight): Candidate => {
    const own = pins.value.get(weight);
    return { weight, choices: (own ? [own] : choices.value).filter(({ type }) => !misfit(weight, type)) };
  });
  const idle = choices.value.flatMap((choice) => {
    const reasons = weights.map((weight) => misfit(weight, choice.type));
    return reasons.every((reason) => reason !== undefined) ? [fitsNothing(choice, reasons[0]!.message)] : [];
  });
  const problems =
    idle.length > 0
      ? idle
      : candidates.flatMap((each) => (each.choices.length === 0 ? [nothingFits(each, types)] : []));
  return problems.length > 0 ? fail(...problems) : ok(candidates);
}

/** By weight; with the solver of the same type among the choices, else the one solver there is for all. */
function pinnedChoices(
  weights: readonly ParamOp[],
  {
    pinned,
    by,
    choices,
  }: Pick<AllocationRequest, "pinned" | "by"> & { readonly choices: readonly FormatChoice[] },
  registry: PassContext["registry"],
): Result<ReadonlyMap<ParamOp, FormatChoice>> {
  const names = weights.map(({ attributes }) => attributes.sym_name);
  const pins = new Map<ParamOp, FormatChoice>();
  const problems: Diagnostic[] = [];
  for (const { only, type } of pinned) {
    const known = choices.find((choice) => same(choice.type, type));
    const own = known ? ok([known]) : formatChoices([type], by.length === 1 ? by : [], registry);
    if (!own.ok) problems.push(...own.diagnostics);
    const { chosen, diagnostics } = selectParams(names, only, []);
    problems.push(...diagnostics);
    for (const weight of weights) {
      const { sym_name: name } = weight.attributes;
      if (!own.ok || !chosen.includes(name)) continue;
      if (pins.has(weight))
        problems.push(error("pinned-twice", `@${name} is pinned twice`, { hint: "pin it to one type" }));
      pins.set(weight, own.value[0]!);
    }
  }
  return problems.length > 0 ? fail(...problems) : ok(pins);
}

function nothingFits({ weight }: Candidate, types: readonly DialectType[]): Diagnostic {
  const { sym_name: name } = weight.attributes;
  const reason = types.map((type) => misfit(weight, type)).find((each) => each !== undefined);
  return error(
    "type-misfit",
    `none of the types fits @${name}: ${reason?.message ?? "its pinned type does not"}`,
    {
      span: weight.span,
      hint: "add a type that does, or skip the weight",
    },
  );
}

const fitsNothing = ({ id }: FormatChoice, reason: string): Diagnostic =>
  error("type-misfit", `${id} fits none of the weights: ${reason}`, { hint: "leave it out" });
