import type { AllocationInfeasible } from "../../../compiler/allocation/problem.ts";

/** What messages call that which is decided about. */
export interface ItemWords {
  readonly many: string;
  /** One of the numbers it holds. */
  readonly number: string;
  named(id: string): string;
}

export const weightWords: ItemWords = { many: "weights", number: "weight", named: (id) => `@${id}` };

/** What an item takes under a choice, apart from its bytes by metric. */
export interface TakenCosts {
  readonly bytes: number;
  readonly costs?: Readonly<Record<string, number>> | undefined;
}

/** How messages speak of what choices take. */
export interface CostWords {
  readonly items: ItemWords;
  /** What all weights take together, such as `8.0000 bits on average`. */
  total(costs: Readonly<Record<string, number>>): string;
  /** What one weight of so many numbers takes, such as `6.00 bits`. */
  each(choice: TakenCosts, elements: number): string;
  /** What is saved where `price` is the loss that one more unit of a budget saves. */
  price(metric: string, price: number): { readonly more: string; readonly saved: number };
  /** Ends a sentence on weights that alone need too much: `take at least 6 bits per weight of all, allowed are 5`. */
  shortage(metric: string, least: number, allowed: number): string;
  /** What to do where the budgets cannot be met, given the least that all weights need of each. */
  remedy(budgets: AllocationInfeasible["budgets"]): string;
}
