import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadModule } from "../../compiler/cli/load.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { contextOf } from "../../runtime/js/emit/language-model.ts";
import { generate } from "../../runtime/text/generate.ts";
import { type LanguageModel, languageModel } from "../../runtime/text/language-model.ts";
import { narrow, quietIo } from "../accuracy/narrow.ts";
import { root } from "../accuracy/root.ts";
import { type CompiledProgram, compileModule, type Settings } from "./compile-module.ts";
import { expectOk } from "./expect-ok.ts";
import { applyPasses } from "./passes.ts";
import { bytesOfEmptyProcess, bytesOfProcess } from "./resident.ts";
import type { LanguageRow } from "./results.ts";
import { type Pace, timeInTurns } from "./timing.ts";

/** A language model to be measured. */
export interface Source {
  readonly name: string;
  /** Absolute; where it is missing, the model is skipped. */
  readonly path: string;
  /** Passes that quantize it. */
  readonly pipeline?: string;
  readonly prompt: string;
  /** Makes a module of it in a folder, where it is none. */
  prepare?(folder: string): Promise<string>;
}

const example = join(root, "examples/tiny-llama/model.mlir");
const stories = join(root, "../shared/models/stories260K");

export const sources: readonly Source[] = [
  { name: "tiny-llama, bf16", path: example, prompt: "In the beginning " },
  {
    name: "tiny-llama, i4 g32",
    path: example,
    pipeline: `quantize-weights{type=!lowp.q<i4, block = [1, 32], scale = f16> only=["layers.*"]},hoist-dequant`,
    prompt: "In the beginning ",
  },
  {
    name: "stories260K, f32",
    path: join(stories, "stories260K.bin"),
    prompt: "Once upon a time",
    async prepare(folder) {
      const output = join(folder, "stories.mlir");
      const tokenizer = join(stories, "tok512.bin");
      await narrow(
        "import",
        "llama2c",
        join(stories, "stories260K.bin"),
        "--tokenizer",
        tokenizer,
        "-o",
        output,
      );
      return output;
    },
  },
];

export const isThere = ({ path }: Source): boolean => existsSync(path);

/** Tokens that each adds to the prompt. */
const TOKENS = 96;
/** Enough for both, where the model does not say. */
const PROMPT_AND_TOKENS = 256;
/**
 * A call writes the whole text, which takes the interpreter long. Engines compile the interpreter anew after each
 * collection and go on with it while the compiled program runs, whose batches are long so that this counts little.
 */
const PACE: Pace = { warmUpMilliseconds: 500, batches: 7, batchMilliseconds: 500 };

/** Continues a prompt greedily on both, in one process. `folder` is for files on the way. */
export async function measureLanguage(
  source: Source,
  folder: string,
  { relaxed }: Settings,
): Promise<{ readonly row: LanguageRow; readonly program: CompiledProgram }> {
  const path = (await source.prepare?.(folder)) ?? source.path;
  const loaded = expectOk(loadModule(quietIo(), path, registry, new Map()));
  const { constants } = loaded;
  const module = source.pipeline
    ? await applyPasses(loaded.module, constants, source.pipeline)
    : loaded.module;
  const interpreter = new Interpreter(module, registry, constants);
  const model = expectOk(languageModel(module, interpreter, loaded.folder));
  const lowered = await applyPasses(module, constants, "lower-to-js");
  const most = contextOf(module) ?? PROMPT_AND_TOKENS;
  const program = await compileModule(lowered, constants, { most, relaxed });
  const prompt = model.tokenizer.encode(source.prompt);
  // The compiled program knows no tokenizer, and so not what it would put in front.
  const isOpened = program.model.program.model?.bos !== undefined || model.bos === undefined;
  const fed = isOpened ? prompt : Int32Array.of(model.bos, ...prompt);
  const interpret = () => interpreted(model, prompt);
  const run = () => collected(program.model.generate(fed, { maxTokens: TOKENS }));
  const isSame = (await interpret()).join() === (await run()).join();
  const [slow, fast] = await timeInTurns([interpret, run], PACE);
  const perSecond = (milliseconds: number) => Number(((1000 * TOKENS) / milliseconds).toFixed(1));
  return {
    program,
    row: {
      model: source.name,
      interpreter: perSecond(slow!),
      compiled: perSecond(fast!),
      tokens: TOKENS,
      isSame,
      residentBytes: bytesOfProcess(folder, program.compiled, fed, TOKENS),
      emptyBytes: bytesOfEmptyProcess(),
    },
  };
}

async function interpreted(model: LanguageModel, prompt: Int32Array): Promise<readonly number[]> {
  const tokens: number[] = [];
  for await (const token of generate(model, prompt, TOKENS)) tokens.push(expectOk(token));
  return tokens;
}

async function collected(tokens: AsyncIterable<number>): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const token of tokens) all.push(token);
  return all;
}
