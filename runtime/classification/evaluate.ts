import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type FloatData, type Tensor } from "../../compiler/numeric/tensor.ts";
import type { Executable } from "../backend.ts";
import { addComparison, indexOfLargest, logProbabilities } from "../log-probabilities.ts";

/** A program from examples [N, …] to logits [N, classes]. */
export interface Classifier {
  readonly executable: Executable;
  readonly entry: string;
}

/** Examples with the class of each, counted from 0. */
export interface LabelledExamples {
  /** [N, …] */
  readonly inputs: Tensor;
  /** [N] */
  readonly labels: Int32Array;
}

export interface ClassificationOptions {
  /** Examples run at a time. */
  readonly batch: number;
  /** Examples scored, at most. */
  readonly limit?: number | undefined;
  /** Compared with, example by example: its distribution is the reference of kl and agreement. */
  readonly reference?: Classifier | undefined;
  progress?(done: number, total: number): void;
}

export interface ClassifierEvaluation {
  /** Share of examples whose largest logit, the first of equals, is that of the label. */
  readonly accuracy: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  readonly examples: number;
  readonly seconds: number;
  /** Mean KL(reference ‖ model) in nats, and the share of examples where both prefer the same class. */
  readonly kl?: number;
  readonly agreement?: number;
}

/**
 * Scores a classifier. Sums are f64, in the order of the examples, so the batch does not matter unless the program
 * mixes examples. Codes: `label-count`, `label-range`, `no-classifier`, and those of the program.
 */
export async function evaluateClassifier(
  classifier: Classifier,
  { inputs, labels }: LabelledExamples,
  options: ClassificationOptions,
): Promise<Result<ClassifierEvaluation>> {
  const start = performance.now();
  const count = inputs.shape[0] ?? 0;
  if (count === 0 || count !== labels.length)
    return fail(
      error("label-count", `there are ${count} inputs and ${labels.length} labels`, {
        hint: "give as many labels as inputs, at least one",
      }),
    );
  const examples = Math.min(count, options.limit ?? count);
  const total = { loss: 0, kl: 0, agreed: 0, right: 0 };
  for (let first = 0; first < examples; first += options.batch) {
    options.progress?.(first, examples);
    const size = Math.min(options.batch, examples - first);
    const fed = takeExamples(inputs, first, size);
    const logits = await logitsOf(classifier, fed);
    if (!logits.ok) return logits;
    const reference = options.reference ? await logitsOf(options.reference, fed) : undefined;
    if (reference && !reference.ok) return reference;
    for (let row = 0; row < size; row++) {
      const predicted = logProbabilities(logits.value, row);
      const label = labels[first + row]!;
      const log = predicted[label];
      if (log === undefined) return fail(labelOutside(first + row, label, predicted.length));
      total.loss -= log;
      if (indexOfLargest(predicted) === label) total.right++;
      if (reference) addComparison(total, logProbabilities(reference.value, row), predicted);
    }
  }
  options.progress?.(examples, examples);
  return ok({
    accuracy: total.right / examples,
    loss: total.loss / examples,
    examples,
    seconds: (performance.now() - start) / 1000,
    ...(options.reference && { kl: total.kl / examples, agreement: total.agreed / examples }),
  });
}

/** Examples first … first + size − 1, sharing the numbers. */
export function takeExamples({ shape, data }: Tensor, first: number, size: number): Tensor {
  const [, ...rest] = shape;
  const width = elementCount(rest);
  return { shape: [size, ...rest], data: data.subarray(first * width, (first + size) * width) };
}

async function logitsOf({ executable, entry }: Classifier, fed: Tensor): Promise<Result<Tensor<FloatData>>> {
  const outputs = await executable.run(entry, [fed]);
  if (!outputs.ok) return outputs;
  const [logits] = outputs.value;
  const [rows, classes] = logits?.shape ?? [];
  if (logits && logits.shape.length === 2 && rows === fed.shape[0] && classes !== 0 && isFloat(logits))
    return ok(logits);
  return fail(
    error(
      "no-classifier",
      `@${entry} gave ${logits ? `a tensor of ${logits.shape.join("x")}` : "nothing"} for ${fed.shape[0]} examples`,
      { hint: "a classifier gives one tensor of floats, [examples, classes]" },
    ),
  );
}

const isFloat = (tensor: Tensor): tensor is Tensor<FloatData> =>
  tensor.data instanceof Float32Array || tensor.data instanceof Float64Array;

const labelOutside = (example: number, label: number, classes: number) =>
  error("label-range", `label ${label} of example ${example} is no class`, {
    hint: `the program knows classes 0 to ${classes - 1}`,
  });
