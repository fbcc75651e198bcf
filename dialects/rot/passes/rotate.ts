import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { bool, int, listOf, optional, string, withDefault } from "../../../compiler/schema/schema.ts";
import { weightUses } from "../../lowp/linear-sites.ts";
import { measureInputs } from "../../lowp/passes/input-statistics.ts";
import { lowpType } from "../../lowp/value-type.ts";
import { hadamardFactors } from "../transforms/hadamard-matrix.ts";
import { attentionInputs } from "./attention-inputs.ts";
import { NoisePredictor } from "./predict-noise.ts";
import { rotateStreams, rotateValues } from "./rotate-classes.ts";
import { rotateInputs } from "./rotate-inputs.ts";
import type { Rotation } from "./rotation.ts";
import { TransformNames } from "./transform-names.ts";

interface Options {
  readonly r1: boolean;
  readonly r2: boolean;
  readonly r3: boolean;
  readonly r4: boolean;
  readonly block: number | undefined;
  readonly seed: number | undefined;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly inputs: DialectType | undefined;
  readonly weights: DialectType | undefined;
  readonly force: boolean;
  readonly klt: boolean;
}

/**
 * Rotates channels, so that outliers are spread over all of them, and back, so that nothing changes in the reals. r1:
 * residual streams; r2: the heads of values, alike in all; r3: queries and keys behind their rotary embedding; r4:
 * the inputs of linear ops that are made element by element, such as the last of a feed-forward network, and those
 * behind attention where r2 leaves them. Weights are mapped by a rot.apply each, which fuse-rotations takes into
 * them; those before linear ops stay. With formats given, a rotation that would make rounding to them coarser is left
 * out: weights are tried, and inputs where there are calibration data. With klt, channels are turned to the principal
 * axes of calibration data before they are mixed, so that all have the same mean square on them; r4 then costs n² a
 * token in place of n log n. (Ashkboos et al., QuaRot, 2024; Liu et al., SpinQuant, 2024; Xu et al., MambaQuant, 2025)
 */
export const rotate = definePass({
  name: "rotate",
  summary: "Rotates channels by Hadamard transforms, and back, where that changes nothing in the reals.",
  options: {
    r1: withDefault(bool, false),
    r2: withDefault(bool, false),
    r3: withDefault(bool, false),
    r4: withDefault(bool, false),
    block: optional(int({ min: 2 })), // channels that are rotated together; as many as there are where left out
    seed: optional(int({ min: 0, max: 2 ** 32 - 1 })), // of random signs; none where left out
    only: withDefault(listOf(string), ["*"]), // of r4: names of weights, * matching anything
    skip: withDefault(listOf(string), []),
    inputs: optional(lowpType), // what the inputs of linear ops are to be rounded to, for the prediction
    weights: optional(lowpType), // and their weights
    force: withDefault(bool, false), // rotates whatever is predicted
    klt: withDefault(bool, false), // r1 and r4 go by the principal axes of calibration data first
  },
  contract: { kind: "exactInReals" },
  explains: { nothing: "it rotates what its options name, or fails with the reason" },
  async run(module, options, context) {
    const unfit = idleOption(options) ?? blockProblem(options);
    if (unfit) return fail(unfit);
    const names = new TransformNames(module, options);
    const predictor = await predictorFor(module, options, context);
    if (!predictor.ok) return predictor;
    const moments = options.klt ? await momentsOf(module, context) : ok(undefined);
    if (!moments.ok) return moments;
    const rotation: Rotation = { names, context, predictor: predictor.value, moments: moments.value };
    let current: Result<Module> = ok(module);
    const steps = [
      options.r1 && rotateStreams,
      options.r2 && rotateValues,
      options.r3 && attentionInputs,
      options.r4 &&
        ((before: Module) => rotateInputs(before, { ...rotation, only: options.only, skip: options.skip })),
    ];
    for (const step of steps) if (step && current.ok) current = step(current.value, rotation);
    if (!current.ok) return current;
    return names.problems.length > 0
      ? fail(...names.problems)
      : ok(names.defineIn(current.value, context.constants));
  },
});

async function predictorFor(
  module: Module,
  { inputs, weights, force }: Options,
  context: PassContext,
): Promise<Result<NoisePredictor | undefined>> {
  const isAsked = (inputs ?? weights) !== undefined && !force;
  return isAsked ? NoisePredictor.of(module, { inputs, weights }, context) : ok(undefined);
}

/** Second moments of what meets each weight of a linear op. */
async function momentsOf(
  module: Module,
  context: PassContext,
): Promise<Result<ReadonlyMap<string, Float64Array>>> {
  const symbols = [...new Set(weightUses(module).map(({ symbol }) => symbol))];
  const asked = { needs: ["secondMoment"], asker: "rotate{klt = true}" } as const;
  const found = await measureInputs(module, symbols, asked, context);
  if (!found.ok) return found;
  return ok(new Map([...found.value].map(([symbol, { secondMoment }]) => [symbol, secondMoment!])));
}

function blockProblem({ block }: Options): Diagnostic | undefined {
  if (block === undefined || hadamardFactors(block)) return undefined;
  return error("hadamard-size", `no construction gives a Hadamard matrix of block = ${block}`, {
    hint: "use a power of two",
  });
}

function idleOption({
  r1,
  r2,
  r3,
  r4,
  only,
  skip,
  inputs,
  weights,
  force,
  klt,
  block,
}: Options): Diagnostic | undefined {
  if (!(r1 || r2 || r3 || r4))
    return error("option-missing", "rotate is not told what to rotate", {
      hint: "give it some of r1, r2, r3 and r4, such as rotate{r1=true r4=true}",
    });
  const isSelective = only.length !== 1 || only[0] !== "*" || skip.length > 0;
  if (isSelective && !r4)
    return error(
      "option-without-effect",
      "only and skip choose among the inputs r4 rotates, which is not given",
      {
        hint: "add r4, or leave them out",
      },
    );
  if (klt && !r1 && !r4)
    return error("option-without-effect", "klt has no effect, as neither r1 nor r4 is given", {
      hint: "add r1 or r4, or leave klt out",
    });
  if (klt && block !== undefined)
    return error("option-conflict", "klt rotates all channels together, and block some", {
      hint: "leave one of them out",
    });
  if (force && !inputs && !weights)
    return error("option-without-effect", "force has no effect, as nothing is predicted without formats", {
      hint: "give inputs and weights, or leave force out",
    });
  return undefined;
}
