import { error, fail, ok, type Result, unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { DYNAMIC, type Type } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import type { RuntimeValue } from "../backend.ts";
import { indexOfLargest } from "../log-probabilities.ts";
import type { LanguageModel } from "./language-model.ts";

/** The function that continues a sequence from cached keys and values. */
const DECODE = "decode";

/**
 * Continues a prompt greedily: the likeliest token, the lowest id on ties. With `@decode(tokens, positions, caches…) ->
 * (logits, caches…)` a step feeds one token and the caches of all before it, in the types of the signature; with `@main`
 * alone it feeds the whole sequence. `seeCaches` gets the caches after each step.
 */
export async function* generate(
  model: LanguageModel,
  prompt: Int32Array,
  maxTokens: number,
  seeCaches: (caches: readonly RuntimeValue[]) => void = () => {},
): AsyncGenerator<Result<number>> {
  const type = model.executable.entries.get(DECODE);
  const cacheTypes = type?.inputs.slice(2);
  let caches: readonly RuntimeValue[] | undefined = cacheTypes?.map(emptyCache);
  let sequence = model.bos === undefined ? prompt : Int32Array.of(model.bos, ...prompt);
  if (sequence.length === 0) {
    yield fail(
      error("empty-prompt", "there is nothing to continue", {
        hint: "give a --prompt of at least one token",
      }),
    );
    return;
  }
  let fed = sequence;
  let position = 0;
  for (let produced = 0; produced < maxTokens; produced++) {
    const step = caches ? await decodeStep(model, fed, position, caches) : await fullStep(model, sequence);
    if (!step.ok) {
      yield step;
      return;
    }
    caches &&= step.value.caches;
    if (caches) seeCaches(caches);
    position += fed.length;
    fed = Int32Array.of(step.value.token);
    sequence = Int32Array.of(...sequence, step.value.token);
    yield ok(step.value.token);
  }
}

interface Step {
  readonly token: number;
  readonly caches: readonly RuntimeValue[];
}

async function decodeStep(
  model: LanguageModel,
  fed: Int32Array,
  position: number,
  caches: readonly RuntimeValue[],
): Promise<Result<Step>> {
  const shape = [fed.length];
  const positions = Int32Array.from(fed, (_, i) => position + i);
  const outputs = await model.executable.runValues(DECODE, [
    { shape, data: fed },
    { shape, data: positions },
    ...caches,
  ]);
  if (!outputs.ok) return outputs;
  const [logits, ...next] = outputs.value;
  return logits && "data" in logits
    ? ok({ token: lastChoice(logits), caches: next })
    : unreachable("a language model returned no logits");
}

async function fullStep(model: LanguageModel, sequence: Int32Array): Promise<Result<Step>> {
  const outputs = await model.executable.run(model.main, [{ shape: [sequence.length], data: sequence }]);
  return outputs.ok ? ok({ token: lastChoice(outputs.value[0]!), caches: [] }) : outputs;
}

function lastChoice({ shape, data }: Tensor): number {
  const [rows = 0, width = 0] = shape;
  return indexOfLargest((data as Float32Array).subarray((rows - 1) * width, rows * width));
}

/** No tokens yet: the growing axis, the dynamic one, has extent 0, whatever the entries will be held in. */
function emptyCache(type: Type): Tensor {
  const shape = type.kind === "tensor" ? type.shape.map((size) => (size === DYNAMIC ? 0 : size)) : [0];
  return { shape, data: new Float32Array(0) };
}
