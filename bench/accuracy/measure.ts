import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calibrationFrom } from "../../compiler/cli/calibration.ts";
import { type Loaded, loadModule } from "../../compiler/cli/load.ts";
import { sizesOf } from "../../compiler/cli/report/sizes.ts";
import { runPasses } from "../../compiler/cli/run-passes.ts";
import { saveModule } from "../../compiler/cli/save.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import type { Result } from "../../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../../compiler/diagnostics/render.ts";
import { allInBits } from "./all-in-bits.ts";
import { models } from "./models.ts";
import { narrow, quietIo } from "./narrow.ts";
import type { Figures } from "./results.ts";
import type { How, Row } from "./rows.ts";

/** Tokens that are scored. */
const SCORED = 16384;

/** The passes of a row. */
export const pipelineOf = (how: How): string =>
  "pipeline" in how
    ? how.pipeline
    : `quantize-weights{type=${how.type}${how.solver ? ` solver=${how.solver}` : ""} only=["layers.*"]},hoist-dequant`;

/** Quantizes, saves and scores, through the files and commands a user would use. */
export async function measure({ model: name, how, window }: Row): Promise<Figures> {
  const model = models[name];
  const folder = mkdtempSync(join(tmpdir(), "narrow-accuracy-"));
  const source = await model.prepare(folder);
  const output = join(folder, "model.mlir");
  await quantize(source, output, pipelineOf(how), model);
  const tokens = ["--window", String(window ?? model.window), "--limit", String(SCORED)];
  const scored = await narrow("eval", output, "--text", model.text, ...tokens, "--json");
  const { loss } = JSON.parse(scored) as { readonly loss: number };
  const sizes = [source.module, output].map((path) => expectOk(sizesOf(open(path))));
  const figures = { bits: allInBits(sizes[0]!, sizes[1]!), loss };
  rmSync(folder, { recursive: true });
  return figures;
}

async function quantize(
  { module: path, calibration }: { readonly module: string; readonly calibration: string },
  output: string,
  pipeline: string,
  { window, calibrationWindows }: { readonly window: number; readonly calibrationWindows: number },
): Promise<void> {
  const session = { io: quietIo(), registry };
  const loaded = open(path);
  const { module, constants, folder } = loaded;
  const data = { text: readFileSync(calibration), window, windows: calibrationWindows };
  const options = {
    verifyEach: true,
    allowUnregistered: false,
    calibration: expectOk(calibrationFrom(session, loaded, data)),
  };
  const result = expectOk(
    await runPasses(session, module, pipeline, constants, options, new Map(), ({ message }) =>
      process.stderr.write(`${message}\n`),
    ),
  );
  expectOk(saveModule(output, { module: result, constants, folder, registry }));
}

const open = (path: string): Loaded => expectOk(loadModule(quietIo(), path, registry, new Map()));

function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(renderAll(result.diagnostics, new Map()));
  return result.value;
}
