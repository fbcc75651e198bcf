import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { type MeasuredPlan, type Plan, TriedPlans } from "../../lowp/allocation/plan-meter.ts";
import { isWithin, type NamedPlan, type PlanGauge } from "../../lowp/allocation/rounds.ts";
import type { RunFigureName } from "../../lowp/allocation/run-figures.ts";
import { lossWith, type MeasuredCache } from "./measure-caches.ts";

/** Measures plans for all caches at once; each costs a run of the program, but for one that was measured before. */
export class CacheMeter implements PlanGauge {
  readonly #module: Module;
  readonly #caches: readonly MeasuredCache[];
  readonly #sensitivity: RunFigureName;
  readonly #context: PassContext;
  readonly #tried = new TriedPlans();

  constructor(
    module: Module,
    caches: readonly MeasuredCache[],
    sensitivity: RunFigureName,
    context: PassContext,
  ) {
    this.#module = module;
    this.#caches = caches;
    this.#sensitivity = sensitivity;
    this.#context = context;
  }

  plan(origin: string, choices: Plan): Promise<Result<MeasuredPlan>> {
    return this.#tried.find(origin, choices, () => this.#measure(choices, origin));
  }

  get tried(): readonly MeasuredPlan[] {
    return this.#tried.all;
  }

  /** Costs a run for every choice that the plan does not have. */
  async changesOf(
    { choices: plan, loss }: MeasuredPlan,
    items: AllocationProblem["items"],
    label: string,
  ): Promise<Result<AllocationProblem["items"]>> {
    const total = items.reduce((sum, { choices }) => sum + choices.length - 1, 0);
    let done = 0;
    const changed: AllocationProblem["items"][number][] = [];
    for (const { id, choices } of items) {
      const rated: (typeof choices)[number][] = [];
      for (const choice of choices) {
        if (choice.id === plan.get(id)) {
          rated.push({ ...choice, loss: 0 });
          continue;
        }
        this.#context.progress(done++, total, `${id} (${label})`);
        const measured = await this.#measure(new Map([...plan, [id, choice.id]]), `${id} in ${choice.id}`);
        if (!measured.ok) return measured;
        rated.push({ ...choice, loss: measured.value - loss });
      }
      changed.push({ id, choices: rated });
    }
    return ok(changed);
  }

  #measure(plan: Plan, subject: string): Promise<Result<number>> {
    const rings = this.#caches.map(({ item, choices }) => {
      const { ring } = choices.find(({ id }) => id === plan.get(item.id))!;
      return { item, ring };
    });
    return lossWith(this.#module, rings, { sensitivity: this.#sensitivity, subject }, this.#context);
  }
}

/** One choice for all caches of keys and one for all of values, each two that fit everywhere and keep the budget. */
export function plansBySide(
  problem: AllocationProblem,
  caches: readonly MeasuredCache[],
): readonly NamedPlan[] {
  const sideOf = ({ item }: MeasuredCache) => item.uses[0]!.side;
  const common = (side: string): readonly (string | undefined)[] => {
    const [first, ...others] = caches.filter((cache) => sideOf(cache) === side);
    if (!first) return [undefined];
    return first.choices
      .map(({ id }) => id)
      .filter((id) => others.every(({ choices }) => choices.some((choice) => choice.id === id)));
  };
  return common("keys").flatMap((keys) =>
    common("values").flatMap((values) => {
      const plan = new Map(
        caches.map((cache) => [cache.item.id, (sideOf(cache) === "keys" ? keys : values)!]),
      );
      const id = [keys && `keys ${keys}`, values && `values ${values}`].filter((each) => each).join(", all ");
      return isWithin(problem, plan) ? [{ id, plan }] : [];
    }),
  );
}
