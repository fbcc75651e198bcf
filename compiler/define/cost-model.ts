import type { DialectType } from "../ir/types.ts";
import type { Mismatch } from "./op.ts";

/** A weight in a type, as a target sees it. */
export interface PricedWeight {
  readonly symbol: string;
  /** As it is declared, outputs first. */
  readonly shape: readonly number[];
  readonly type: DialectType;
}

/** What the ops on a weight cost a target for a run of the program, by metric, such as cycles or energy. */
export interface CostModel {
  /** What messages call it. */
  readonly name: string;
  readonly metrics: readonly string[];
  /** Every metric, finite and not negative; or why it is not known. */
  costOf(weight: PricedWeight): Readonly<Record<string, number>> | Mismatch;
}
