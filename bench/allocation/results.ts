import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AllocationItem } from "../../compiler/allocation/problem.ts";
import { writeText } from "../accuracy/results.ts";
import { root } from "../accuracy/root.ts";
import type { Compared } from "./formats.ts";

/** One allocation, and what became of it. */
export interface AllocationRow {
  readonly sensitivity: Compared;
  /** Bits per weight allowed. */
  readonly budget: number;
  /** Bits per weight used, scales and zero points and all. */
  readonly bits: number;
  /** Sum of the sensitivities of the choices. */
  readonly predicted: number;
  readonly proof: "optimal" | "heuristic";
  /** Tokens of the evaluation text that were scored. */
  readonly tokens: number;
  /** Mean negative log-likelihood over those, in nats per token. */
  readonly loss: number;
  /** Formats by weight. */
  readonly choices: Readonly<Record<string, string>>;
}

/** An allocation that was chosen by measuring whole plans. */
export type RoundsRow = Pick<AllocationRow, "budget" | "tokens" | "loss" | "choices">;

export interface AllocationResults {
  /** Losses of the model as it is, by the tokens scored. */
  readonly floatLosses: Readonly<Record<number, number>>;
  /** What was measured, by sensitivity. */
  readonly items: Readonly<Partial<Record<Compared, readonly AllocationItem[]>>>;
  readonly rows: readonly AllocationRow[];
  readonly rounds: readonly RoundsRow[];
  /** Of the block linears behind a rotation. */
  readonly rotated: readonly RoundsRow[];
}

/** How much more an allocation loses than the model as it is, on the same tokens. */
export const riseOf = ({ loss, tokens }: RoundsRow, { floatLosses }: AllocationResults): number =>
  loss - floatLosses[tokens]!;

export const resultsPath = join(root, "bench/results/allocation.json");

export const loadResults = (): AllocationResults | undefined =>
  existsSync(resultsPath) ? (JSON.parse(readFileSync(resultsPath, "utf8")) as AllocationResults) : undefined;

export const saveResults = (results: AllocationResults): void =>
  writeText(resultsPath, `${JSON.stringify(results, undefined, 1)}\n`);
