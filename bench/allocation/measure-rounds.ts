import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { models } from "../accuracy/models.ts";
import { narrow } from "../accuracy/narrow.ts";
import { compared, formats, GOAL_TOKENS, ROUNDS, rotatedFormats, windowsOf } from "./formats.ts";
import type { RoundsRow } from "./results.ts";

const { source, text, window } = models.example;
const calibration = ["--calibration", join(source, "../calib_text.txt")];

/** What may be chosen for which weights of which module. */
interface Space {
  readonly module: string;
  readonly formats: Readonly<Record<string, string>>;
  /** Ends the options of the passes that choose and quantize. */
  readonly options: string;
  /** Whether quantizing looks at the calibration text. */
  readonly looks: boolean;
}

/** Of the example model as it is, to nearest. */
export const measureRounds = (budgets: readonly number[], done: (row: RoundsRow) => void): Promise<void> =>
  inFolder((folder) =>
    measureBudgets(budgets, { module: source, formats, options: "", looks: false }, folder, done),
  );

/** Of its block linears behind a rotation, by GPTQ. */
export const measureRotated = (budgets: readonly number[], done: (row: RoundsRow) => void): Promise<void> =>
  inFolder(async (folder) => {
    const module = join(folder, "rotated.mlir");
    await narrow("opt", source, "--pipeline", "fold-norms,rotate{r1=true},fuse-rotations", "-o", module);
    const options = ' by=[gptq<scales = mse>] only=["layers.*"]';
    await measureBudgets(budgets, { module, formats: rotatedFormats, options, looks: true }, folder, done);
  });

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "narrow-rounds-"));
  await work(folder);
  rmSync(folder, { recursive: true });
}

/**
 * Chooses within budgets of bits per weight by measuring whole plans, carries the choices out, and scores the
 * evaluation text: by the commands a user would type, losses being measured on compiled programs. What was measured
 * is kept for the next time.
 */
async function measureBudgets(
  budgets: readonly number[],
  { module, formats: choices, options, looks }: Space,
  folder: string,
  done: (row: RoundsRow) => void,
): Promise<void> {
  const [planned, small] = [join(folder, "planned.mlir"), join(folder, "small.mlir")];
  const losses = ["--losses", join(tmpdir(), "narrow-allocation-losses.jsonl"), "--backend", "js"];
  for (const budget of budgets) {
    const space = `types=[${Object.values(choices).join(", ")}] bits=${budget}${options}`;
    const allocate = `allocate-bits{${space} sensitivity=${compared[0]} rounds=${ROUNDS}}`;
    const windows = ["--calibration-windows", String(windowsOf[compared[0]])];
    await narrow(
      ...["opt", module, "--pipeline", allocate, ...calibration, ...windows, ...losses],
      ...["-o", planned],
    );
    const data = looks ? calibration : [];
    const quantize = "quantize-weights{type=allocated},hoist-dequant";
    await narrow("opt", planned, "--pipeline", quantize, ...data, "-o", small);
    const size = ["--window", String(window), "--limit", String(GOAL_TOKENS), "--backend", "js"];
    const scored = await narrow("eval", small, "--text", text, ...size, "--json");
    const { loss } = JSON.parse(scored) as { readonly loss: number };
    done({ budget, tokens: GOAL_TOKENS, loss, choices: choicesIn(readFileSync(planned, "utf8"), choices) });
  }
}

/** Formats by weight, by their short names, as the planned module says them. */
function choicesIn(
  module: string,
  choices: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = new Map(Object.entries(choices).map(([name, type]) => [type, name]));
  return Object.fromEntries(
    [...module.matchAll(/lowp\.param @(\S+) .*?allocated = (!lowp\.q<.*?>)[,}]/g)].map(([, weight, type]) => [
      weight!,
      names.get(type!) ?? type!,
    ]),
  );
}
