import type { AllocationInfeasible } from "../../../compiler/allocation/problem.ts";
import type { MeasuredChoice } from "./measure.ts";

/** How messages speak of what choices take. */
export interface CostWords {
  /** What all weights take together, such as `8.0000 bits on average`. */
  total(costs: Readonly<Record<string, number>>): string;
  /** What one weight of so many numbers takes, such as `6.00 bits`. */
  each(choice: MeasuredChoice, elements: number): string;
  /** What is saved where `price` is the loss that one more unit of a budget saves. */
  price(metric: string, price: number): { readonly more: string; readonly saved: number };
  /** Ends a sentence on weights that alone need too much: `take at least 6 bits per weight of all, allowed are 5`. */
  shortage(metric: string, least: number, allowed: number): string;
  /** What to do where the budgets cannot be met, given the least that all weights need of each. */
  remedy(budgets: AllocationInfeasible["budgets"]): string;
}
