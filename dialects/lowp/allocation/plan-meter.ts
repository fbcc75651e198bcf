import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { linearSites } from "../linear-sites.ts";
import type { MeasuredWeight } from "./measure.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** A choice for every weight, by id. */
export type Plan = ReadonlyMap<string, string>;

/** A plan that the program was run with, every weight in its type at once. */
export interface MeasuredPlan {
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly choices: Plan;
  readonly loss: number;
}

/** Plans that were measured, in that order, each once. */
export class TriedPlans {
  readonly all: MeasuredPlan[] = [];

  /** What is known of a plan, or what `measure` finds. */
  async find(
    origin: string,
    choices: Plan,
    measure: () => Promise<Result<number>>,
  ): Promise<Result<MeasuredPlan>> {
    const known = this.all.find((each) => differences(each.choices, choices) === 0);
    if (known) return ok(known);
    const loss = await measure();
    if (!loss.ok) return loss;
    const measured = { origin, choices, loss: loss.value };
    this.all.push(measured);
    return ok(measured);
  }
}

/** Measures whole plans, and single changes of one. Weights keep their numbers; the sensitivity runs the program. */
export class PlanMeter {
  readonly #module: Module;
  readonly #weights: readonly MeasuredWeight[];
  readonly #measure: NonNullable<Sensitivity["measureTogether"]>;
  readonly #context: PassContext;
  readonly #tried = new TriedPlans();

  constructor(
    module: Module,
    weights: readonly MeasuredWeight[],
    sensitivity: Sensitivity,
    context: PassContext,
  ) {
    this.#module = module;
    this.#weights = inProgramOrder(module, weights);
    this.#measure = sensitivity.measureTogether ?? unreachable(`${sensitivity.name} runs no program`);
    this.#context = context;
  }

  /** Costs a run of the program, but for a plan that was measured before. */
  plan(origin: string, choices: Plan): Promise<Result<MeasuredPlan>> {
    return this.#tried.find(origin, choices, () =>
      this.#measure(this.#module, this.#numbersOf(choices), this.#context),
    );
  }

  get tried(): readonly MeasuredPlan[] {
    return this.#tried.all;
  }

  /**
   * What each choice would add to the loss of a plan if it alone were changed, 0 for those that the plan has. Costs a
   * run from the weight on for every other choice.
   */
  async changesOf(
    { choices: plan, loss }: MeasuredPlan,
    items: AllocationProblem["items"],
    label: string,
  ): Promise<Result<AllocationProblem["items"]>> {
    const around = this.#numbersOf(plan);
    const total = this.#weights.reduce((sum, { choices }) => sum + choices.length - 1, 0);
    let done = 0;
    const changes = new Map<string, ReadonlyMap<string, number>>();
    for (const weight of this.#weights) {
      const symbol = weight.weight.attributes.sym_name;
      const losses = new Map<string, number>();
      for (const { choice } of weight.choices) {
        if (choice.id === plan.get(symbol)) continue;
        this.#context.progress(done++, total, `${symbol} (${label})`);
        const replaced = new Map([[symbol, numbersOf(weight, choice.id)]]);
        const changed = await this.#measure(this.#module, replaced, this.#context, around);
        if (!changed.ok) return changed;
        losses.set(choice.id, changed.value - loss);
      }
      changes.set(symbol, losses);
    }
    return ok(
      items.map((item) => ({
        ...item,
        choices: item.choices.map((choice) => ({
          ...choice,
          loss: changes.get(item.id)!.get(choice.id) ?? 0,
        })),
      })),
    );
  }

  #numbersOf(plan: Plan): ReadonlyMap<string, FloatTensor> {
    return new Map(
      this.#weights.map((weight) => {
        const symbol = weight.weight.attributes.sym_name;
        return [symbol, numbersOf(weight, plan.get(symbol)!)];
      }),
    );
  }
}

/** Weights that have not the same choice in both. */
export const differences = (left: Plan, right: Plan): number =>
  [...left].filter(([item, choice]) => right.get(item) !== choice).length;

const numbersOf = ({ choices }: MeasuredWeight, id: string): FloatTensor =>
  choices.find(({ choice }) => choice.id === id)?.numbers ?? unreachable(`numbers of ${id} were not kept`);

/** So that runs go on from one weight to the next. */
function inProgramOrder(module: Module, weights: readonly MeasuredWeight[]): readonly MeasuredWeight[] {
  const names = [...linearSites(module).values()].flatMap(({ symbol, aliases }) => [symbol, ...aliases]);
  const place = ({ weight }: MeasuredWeight): number => {
    const found = names.indexOf(weight.attributes.sym_name);
    return found < 0 ? names.length : found;
  };
  return weights.toSorted((one, other) => place(one) - place(other));
}
