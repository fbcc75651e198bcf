import { takeExamples } from "../../runtime/classification/evaluate.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { feedOf, languageModel, windowFor } from "../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Tensor } from "../numeric/tensor.ts";
import type { Session } from "./command.ts";
import { sha256 } from "./constant-host.ts";
import type { Loaded } from "./load.ts";

/** How much of the data is fed. */
interface WindowChoice {
  /** Tokens or examples fed at a time; the model's context or 32 where left out. */
  readonly window?: number | undefined;
  /** Pieces of that size, at most. */
  readonly windows: number;
}

/** Data to measure the inputs of weights on: a text for a language model, examples [N, …] for another program. */
export type CalibrationChoice = WindowChoice &
  (
    | { readonly text: Uint8Array }
    | {
        readonly examples: Tensor;
        /** Of the file they came from, in hexadecimal. */
        readonly sha256: string;
      }
  );

/** What a program's one input is given, one after another. */
export interface CalibrationData {
  readonly inputs: readonly Tensor[];
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

const DEFAULT_EXAMPLES = 32;

/** Cuts calibration data into what is fed. Codes: `text-too-short`, `calibration-examples`, those of the model. */
export function readCalibrationData(
  session: Session,
  loaded: Loaded,
  choice: CalibrationChoice,
): Result<CalibrationData> {
  if ("examples" in choice) {
    const inputs = batchesOf(choice.examples, choice);
    return inputs.ok ? ok({ inputs: inputs.value, sha256: choice.sha256 }) : inputs;
  }
  const inputs = windowsFor(session, loaded, choice.text, choice);
  return inputs.ok ? ok({ inputs: inputs.value, sha256: sha256(choice.text) }) : inputs;
}

function batchesOf(
  examples: Tensor,
  { window = DEFAULT_EXAMPLES, windows }: WindowChoice,
): Result<readonly Tensor[]> {
  const [count = 0] = examples.shape;
  if (count === 0)
    return fail(
      error("calibration-examples", "the calibration data hold no examples", {
        hint: "the first axis of the array counts the examples",
      }),
    );
  const batches = Math.min(windows, Math.ceil(count / window));
  return ok(
    Array.from({ length: batches }, (_, i) =>
      takeExamples(examples, i * window, Math.min(window, count - i * window)),
    ),
  );
}

function windowsFor(
  { registry }: Session,
  { module, constants, folder }: Loaded,
  text: Uint8Array,
  choice: WindowChoice,
): Result<readonly Tensor[]> {
  const model = languageModel(module, new Interpreter(module, registry, constants), folder);
  if (!model.ok) return model;
  const { tokenizer, bos } = model.value;
  const window = windowFor(model.value, choice.window);
  const tokens = tokenizer.encode(text);
  const windows = spread(tokens, window, choice.windows, bos);
  if (windows.length > 0) return ok(windows.map((data) => ({ shape: [data.length], data })));
  return fail(
    error(
      "text-too-short",
      `the calibration text has ${tokens.length} tokens, but a window takes ${window}`,
      { hint: "give a longer text, or a smaller --calibration-window" },
    ),
  );
}

/** Window i starts at i · ⌊tokens / windows⌋, or follows its neighbour where the text is short. */
function spread(
  tokens: Int32Array,
  window: number,
  windows: number,
  bos: number | undefined,
): readonly Int32Array[] {
  const stride = Math.max(window, Math.floor(tokens.length / windows));
  const found: Int32Array[] = [];
  for (let start = 0; start + window <= tokens.length && found.length < windows; start += stride) {
    found.push(feedOf(tokens.subarray(start, start + window), bos));
  }
  return found;
}
