import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { models } from "../accuracy/models.ts";
import { narrow } from "../accuracy/narrow.ts";
import { compared, formats, GOAL_TOKENS, ROUNDS, windowsOf } from "./formats.ts";
import type { RoundsRow } from "./results.ts";

const { source, text, window } = models.example;

/**
 * Chooses within budgets of bits per weight by measuring whole plans, carries the choices out, and scores the
 * evaluation text: by the commands a user would type, losses being measured on compiled programs.
 */
export async function measureRounds(
  budgets: readonly number[],
  done: (row: RoundsRow) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "narrow-rounds-"));
  const at = (name: string) => join(folder, name);
  const data = [
    "--calibration",
    join(source, "../calib_text.txt"),
    "--calibration-windows",
    String(windowsOf[compared[0]]),
  ];
  for (const budget of budgets) {
    const types = Object.values(formats).join(", ");
    const options = `types=[${types}] bits=${budget} sensitivity=${compared[0]} rounds=${ROUNDS}`;
    const measured = ["--losses", at("losses.jsonl"), "--backend", "js"];
    await narrow(
      ...["opt", source, "--pipeline", `allocate-bits{${options}}`, ...data, ...measured],
      ...["-o", at("planned.mlir")],
    );
    const pipeline = "quantize-weights{type=allocated},hoist-dequant";
    await narrow("opt", at("planned.mlir"), "--pipeline", pipeline, "-o", at("small.mlir"));
    const size = ["--window", String(window), "--limit", String(GOAL_TOKENS)];
    const scored = await narrow("eval", at("small.mlir"), "--text", text, ...size, "--json");
    const { loss } = JSON.parse(scored) as { readonly loss: number };
    done({ budget, tokens: GOAL_TOKENS, loss, choices: choicesIn(readFileSync(at("planned.mlir"), "utf8")) });
  }
  rmSync(folder, { recursive: true });
}

/** Formats by weight, by their short names, as the planned module says them. */
function choicesIn(module: string): Readonly<Record<string, string>> {
  const names = new Map(Object.entries(formats).map(([name, type]) => [type as string, name]));
  return Object.fromEntries(
    [...module.matchAll(/lowp\.param @(\S+) .*?allocated = (!lowp\.q<.*?>)[,}]/g)].map(([, weight, type]) => [
      weight!,
      names.get(type!) ?? type!,
    ]),
  );
}
