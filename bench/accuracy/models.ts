import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { narrow } from "./narrow.ts";
import { root } from "./root.ts";

/** A network whose losses are kept, and the texts it is judged by. */
export interface Model {
  /** Its heading on the page. */
  readonly title: string;
  /** What a reader of its table must know, in sentences. */
  readonly about: string;
  /** Mean negative log-likelihood of the model in floats, in nats per token. */
  readonly loss: number;
  /** Tokens of a window, both to score and to calibrate. */
  readonly window: number;
  /** Windows that solvers see, spread evenly over the calibration text. */
  readonly calibrationWindows: number;
  /** Absolute; the file that is missing where the model is not there. */
  readonly source: string;
  /** Absolute path of the text to score. */
  readonly text: string;
  /** Gives the module and the calibration text, which may be made in `folder`. */
  prepare(folder: string): Promise<{ readonly module: string; readonly calibration: string }>;
}

const example = join(root, "examples/tiny-llama");
const beside = join(root, "../shared/models/tiny-llama");
const outliers = join(root, "../shared/models/tiny-llama-outliers");

/** Imports a folder, and writes its calibration tokens as text. */
async function prepareHuggingface(source: string, folder: string) {
  const module = join(folder, "source.mlir");
  await narrow("import", "hf", source, "-o", module);
  const calibration = join(folder, "calibration.txt");
  // One 32-bit integer a token, and a token is a byte of text.
  const tokens = new Int32Array(Uint8Array.from(readFileSync(join(source, "calib_tokens.bin"))).buffer);
  writeFileSync(calibration, Uint8Array.from(tokens));
  return { module, calibration };
}

/** By the name that rows and results use. */
export const models = {
  example: {
    title: "The example model",
    about: `\`examples/tiny-llama\` in bf16, loss 1.1577 nats per token, with the linear weights of its blocks in one
scheme at a time. Loss: the first 16,384 tokens of \`eval_text.txt\` in windows of 256. Solvers that calibrate
see \`calib_text.txt\` only: 32 windows of 256 tokens, spread evenly.`,
    loss: 1.157729,
    window: 256,
    calibrationWindows: 32,
    source: join(example, "model.mlir"),
    text: join(example, "eval_text.txt"),
    prepare: async () => ({
      module: join(example, "model.mlir"),
      calibration: join(example, "calib_text.txt"),
    }),
  },
  shakespeare: {
    title: "A model of Shakespeare",
    about: `A network of the same make and size in f32, trained on other text: loss 1.3742 nats per token over 16,384
tokens in windows of 128. Solvers that calibrate see 64 windows of 128 tokens of the training text. The network is
not part of the repository; its figures are a second opinion on the ranking above.`,
    loss: 1.37425,
    window: 128,
    calibrationWindows: 64,
    source: join(beside, "config.json"),
    text: join(beside, "val_text.txt"),
    prepare: (folder: string) => prepareHuggingface(beside, folder),
  },
  outliers: {
    title: "The model of Shakespeare with outliers",
    about: `The network above, rescaled without changing what it computes in floats so that some channels of its inputs
are many times larger than the others: loss 1.3742. Its figures show what a scheme makes of outliers.`,
    loss: 1.37425,
    window: 128,
    calibrationWindows: 64,
    source: join(outliers, "config.json"),
    text: join(outliers, "val_text.txt"),
    prepare: (folder: string) => prepareHuggingface(outliers, folder),
  },
} satisfies Readonly<Record<string, Model>>;

export type ModelName = keyof typeof models;

/** In the order of the page. */
export const modelNames = Object.keys(models) as readonly ModelName[];

export const isThere = (name: ModelName): boolean => existsSync(models[name].source);
