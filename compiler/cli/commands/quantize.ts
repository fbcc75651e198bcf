import type { Registry } from "../../define/dialect.ts";
import { pipelineFor } from "../../define/recipe.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { isStream } from "../../export/write-aside.ts";
import { lossBackendOption } from "../backend.ts";
import { type CalibrationOptions, calibrationOf, unusedData } from "../calibration-choice.ts";
import type { AddCommand, Session } from "../command.ts";
import { explainOption } from "../explain.ts";
import { FAILED, OK, report, resolvePath, shownPath } from "../io.ts";
import { loadModule } from "../load.ts";
import {
  calibrationOption,
  calibrationWindowOption,
  calibrationWindowsOption,
  workersOption,
} from "../options.ts";
import { runPasses } from "../run-passes.ts";
import { saveModule, weightsNowhere } from "../save.ts";
import type { ReuseListener } from "../solving/journaled-host.ts";
import { openUnfinished } from "../solving/unfinished.ts";

interface QuantizeOptions extends CalibrationOptions {
  readonly recipe?: string;
  readonly type?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly solver?: string;
  readonly seed?: string;
  readonly output: string;
  readonly checkContracts?: boolean;
  readonly explain: readonly string[];
  readonly workers?: number;
  readonly resume: boolean;
}

const examples = `
Examples:
  narrow quantize model.mlir --recipe w4-g32 -o q.mlir
  narrow quantize model.mlir --type "!lowp.q<i3, block = [1, *], scale = f32>" --solver mse-clip -o q.mlir
  narrow quantize examples/digits/mlp.mlir --recipe w4-row --only "fc*" -o q.mlir
  narrow quantize model.mlir --recipe gptq-w4-g64-asym --calibration text.txt -o q.mlir

A run that was interrupted goes on when the same command is given again. Until then the weights
it has finished are kept in .q.mlir.unfinished, beside the output.`;

export const quantizeCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("quantize")
    .description("write the weights of a model in fewer bits")
    .argument("<model>", "module to quantize")
    .option("--recipe <name>", "a named scheme; `narrow list recipes` shows them")
    .option("--type <type>", 'a scheme as a type, such as "!lowp.q<i4, block = [1, 32], scale = f16>"')
    .option("--only <symbols...>", "weights to quantize, * matching anything (a recipe: block linears)")
    .option("--skip <symbols...>", "weights to leave alone (with --type)")
    .option(
      "--solver <solver>",
      'how values are found, such as "gptq<scales = mse>" (with --type; default rtn)',
    )
    .option("--seed <number>", "where the type rounds stochastically (with --type)")
    .addOption(calibrationOption())
    .addOption(calibrationWindowOption())
    .addOption(calibrationWindowsOption())
    .option("--losses <file>", "keeps the losses that a recipe measures, so that none is measured twice")
    .addOption(lossBackendOption())
    .requiredOption("-o, --output <file>", "module to write; its weights go beside it")
    .addOption(workersOption())
    .option("--no-resume", "start over where an interrupted run left off")
    .option("--check-contracts", "check what each pass promises on the interpreter")
    .option(...explainOption)
    .addHelpText("after", examples)
    .action(async (path: string, options: QuantizeOptions) =>
      finish(await quantize(session(), path, options)),
    );
};

async function quantize(session: Session, path: string, options: QuantizeOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const result = await quantizeFile(session, path, options, sources, (diagnostic) =>
    report(io, [diagnostic], sources),
  );
  if (!result.ok) {
    report(io, result.diagnostics, sources);
    return FAILED;
  }
  for (const written of result.value) io.err(`wrote ${shownPath(io, written)}\n`);
  return OK;
}

async function quantizeFile(
  session: Session,
  path: string,
  options: QuantizeOptions,
  sources: Map<string, string>,
  remark: (diagnostic: Diagnostic) => void,
): Promise<Result<readonly string[]>> {
  const { io, registry } = session;
  const pipeline = pipelineOf(options, session.registry);
  if (!pipeline.ok) return pipeline;
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const { module, constants, folder } = loaded.value;
  const data = calibrationOf(session, loaded.value, options);
  if (!data.ok) return data;
  const output = resolvePath(io, options.output);
  if (isStream(output)) return fail(weightsNowhere(output));
  const unfinished = openUnfinished(output, options);
  if (!unfinished.ok) return unfinished;
  const { journal, blobs, remove } = unfinished.value;
  constants.spillTo(blobs);
  const reuse = reuseNotes(io);
  const passes = {
    verifyEach: true,
    allowUnregistered: false,
    checkContracts: options.checkContracts ?? false,
    explain: options.explain,
    calibration: data.value,
    workers: options.workers,
    resume: { journal, listener: reuse },
  };
  const result = await runPasses(session, module, pipeline.value, constants, passes, sources, remark);
  const idle = result.ok && data.value && unusedData(data.value, options);
  const saved = !result.ok
    ? fail(...result.diagnostics.map((problem) => explainRecipe(problem, options)))
    : idle
      ? fail(idle)
      : saveModule(output, { module: result.value, constants, folder, registry });
  reuse.conclude();
  remove();
  return saved;
}

/** A recipe for the blocks of a language model finds none in another: says how to quantize that. */
function explainRecipe(problem: Diagnostic, { recipe }: QuantizeOptions): Diagnostic {
  if (recipe === undefined || problem.code !== "selector") return problem;
  const known = problem.hint === undefined ? "" : `${problem.hint}\n`;
  return {
    ...problem,
    hint: `${known}recipe ${recipe} is for other names; --only SYMBOLS… says which are meant here`,
  };
}

/** Says that an interrupted run goes on, and in the end how much of it was done. */
function reuseNotes(io: Session["io"]): ReuseListener & { conclude(): void } {
  const count = { asked: 0, reused: 0 };
  return {
    asked: () => void count.asked++,
    reused() {
      if (count.reused++ === 0) io.err("going on where an earlier run stopped; --no-resume starts over\n");
    },
    conclude() {
      if (count.reused > 0) io.err(`${count.reused} of ${count.asked} weights were done before\n`);
    },
  };
}

function pipelineOf(
  { recipe, type, only, skip, solver, seed }: QuantizeOptions,
  registry: Registry,
): Result<string> {
  if ((recipe === undefined) === (type === undefined))
    return fail(
      error("quantize-scheme", "say either --recipe or --type", {
        hint: "`narrow list recipes` shows the named schemes",
      }),
    );
  if (type !== undefined) {
    const list = (name: string, symbols: readonly string[] | undefined) =>
      symbols ? ` ${name}=[${symbols.map((symbol) => JSON.stringify(symbol)).join(", ")}]` : "";
    const by = solver === undefined ? "" : ` solver=${solver}`;
    const drawn = seed === undefined ? "" : ` seed=${seed}`;
    const options = `type=${type}${by}${list("only", only)}${list("skip", skip)}${drawn}`;
    return ok(`quantize-weights{${options}},hoist-dequant`);
  }
  if (skip || solver !== undefined || seed !== undefined)
    return fail(
      error(
        "quantize-scheme",
        "--skip, --solver and --seed go with --type; a recipe says itself what it does",
        {
          hint: "leave them out, or write the scheme as --type; `narrow list recipes` shows the pipelines",
        },
      ),
    );
  const known = registry.recipes.find(({ name }) => name === recipe);
  if (!known)
    return fail(
      error("unknown-recipe", `no recipe is called ${recipe}`, {
        hint: didYouMean(
          recipe!,
          registry.recipes.map(({ name }) => name),
        ),
      }),
    );
  const pipeline = only ? pipelineFor(known, only) : known.pipeline;
  return pipeline === undefined
    ? fail(
        error(
          "quantize-scheme",
          `recipe ${recipe} tells weights apart by their names, so --only has no place in it`,
          {
            hint: "write its pipeline, as `narrow list recipes` shows it, for `narrow opt --pipeline`",
          },
        ),
      )
    : ok(pipeline);
}
