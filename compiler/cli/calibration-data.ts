import type { CalibrationData, ExampleSource, TextSource } from "../../runtime/calibration/calibrate.ts";
import { takeExamples } from "../../runtime/classification/evaluate.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { feedOf, type LanguageModel, languageModel, windowFor } from "../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { readNpy } from "../import/npy/read.ts";
import { readWholeFile } from "../import/open-file.ts";
import type { Tensor } from "../numeric/tensor.ts";
import type { Session } from "./command.ts";
import { sha256 } from "./constant-host.ts";
import type { Loaded } from "./load.ts";

/** How much of the data is fed. */
export interface WindowChoice {
  /** Tokens or examples fed at a time; the model's context or 32 where left out. */
  readonly window?: number | undefined;
  /** Pieces of that size, at most; all there are where left out. */
  readonly windows?: number | undefined;
}

/** Of a text also where its pieces start. */
export interface TextChoice extends WindowChoice {
  /** Tokens from one start to the next, at least the window; `spread` has the pieces lie evenly over the text. */
  readonly stride?: number | "spread" | undefined;
}

/** Examples, and the hash of the file they came from, in hexadecimal. */
export interface Examples {
  /** [N, …] */
  readonly examples: Tensor;
  readonly sha256: string;
}

/** Data to measure the inputs of weights on: a text for a language model, examples for another program. */
export type CalibrationChoice = WindowChoice & ({ readonly text: Uint8Array } | Examples);

const DEFAULT_EXAMPLES = 32;

/** The examples of a .npy file. Codes: those of `readNpy`. */
export function readExamples(path: string): Result<Examples> {
  const content = readWholeFile(path);
  if (!content.ok) return content;
  const examples = readNpy(path);
  return examples.ok ? ok({ examples: examples.value, sha256: sha256(content.value) }) : examples;
}

/** Cuts calibration data into what is fed. Codes: `text-too-short`, `calibration-examples`, those of the model. */
export function readCalibrationData(
  { registry }: Session,
  { module, constants, folder }: Loaded,
  choice: CalibrationChoice,
): Result<CalibrationData> {
  if ("examples" in choice) return batchesOf(choice, choice);
  const model = languageModel(module, new Interpreter(module, registry, constants), folder);
  return model.ok ? windowsOf(model.value, choice.text, { ...choice, stride: "spread" }) : model;
}

/** Batches of examples, in their order. Codes: `calibration-examples`. */
export function batchesOf(
  { examples, sha256: inputs }: Examples,
  { window = DEFAULT_EXAMPLES, windows = Infinity }: WindowChoice,
): Result<CalibrationData<ExampleSource>> {
  const [count = 0] = examples.shape;
  if (count === 0)
    return fail(
      error("calibration-examples", "the calibration data hold no examples", {
        hint: "the first axis of the array counts the examples",
      }),
    );
  const batches = Math.min(windows, Math.ceil(count / window));
  const source = { inputs, window, windows: batches, examples: Math.min(count, batches * window) };
  return ok({
    source,
    inputs: Array.from({ length: batches }, (_, i) =>
      takeExamples(examples, i * window, Math.min(window, count - i * window)),
    ),
  });
}

/**
 * Windows of a text, window i starting at token i · stride: ⌊tokens / windows⌋ where spread, and else the window by
 * default. With BOS a window is BOS and its tokens but the last, as in `evaluate`. Codes: `calibration-stride`,
 * `text-too-short`.
 */
export function windowsOf(
  model: Pick<LanguageModel, "tokenizer" | "bos" | "context">,
  text: Uint8Array,
  choice: TextChoice,
): Result<CalibrationData<TextSource>> {
  const window = windowFor(model, choice.window);
  const { stride: chosen = window, windows: most = Infinity } = choice;
  if (chosen !== "spread" && chosen < window)
    return fail(
      error("calibration-stride", `windows of ${window} tokens overlap with a stride of ${chosen}`, {
        hint: `the stride must be at least ${window}`,
      }),
    );
  const tokens = model.tokenizer.encode(text);
  const stride = chosen === "spread" ? Math.max(window, Math.floor(tokens.length / most)) : chosen;
  const windows = Math.min(most, Math.floor((tokens.length - window) / stride) + 1);
  if (windows < 1)
    return fail(
      error("text-too-short", `the text has ${tokens.length} tokens, but a window takes ${window}`, {
        hint: "give a longer text, or a smaller window",
      }),
    );
  return ok({
    source: { text: sha256(text), window, stride, windows, tokens: windows * window },
    inputs: Array.from({ length: windows }, (_, i) => ({
      shape: [window],
      data: feedOf(tokens.subarray(i * stride, i * stride + window), model.bos),
    })),
  });
}
