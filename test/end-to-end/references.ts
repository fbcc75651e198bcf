import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { expect } from "vitest";
import { models, narrow } from "./narrow.ts";

/** Tokens the references score; one more byte of text is needed for the last target. */
const TOKENS = 16384;

const evaluation = v.object({ loss: v.number(), ppl: v.number(), tokens: v.number() });

/** What `narrow eval` measures. */
export async function evaluate(path: string, text: string, ...options: readonly string[]) {
  const printed = await narrow("eval", path, "--text", text, ...options, "--json");
  return v.parse(evaluation, JSON.parse(printed));
}

/** With the model's context as the window, as the references score. */
export async function lossOf(path: string, text: string): Promise<number> {
  const { loss, tokens } = await evaluate(path, text, "--limit", String(TOKENS));
  expect(tokens).toBe(TOKENS);
  return loss;
}

/** The loss in a row, in its second column or in another; the model's own table comes first in both files. */
export function lossInTable(table: string, row: string, column = 2): number {
  const lines = readFileSync(join(models, table), "utf8").split("\n");
  const line = lines.find((each) => each.startsWith(`| ${row} |`));
  return Number(line?.split("|")[column]);
}

export const expectNear = (actual: number, expected: number, tolerance: number): void =>
  expect(Math.abs(actual - expected), `${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance);
