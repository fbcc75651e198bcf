import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import {
  bool,
  int,
  listOf,
  oneOf,
  optional,
  real,
  string,
  withDefault,
} from "../../../compiler/schema/schema.ts";
import { weightUses } from "../../lowp/linear-sites.ts";
import { measureInputs } from "../../lowp/passes/input-statistics.ts";
import { lowpType } from "../../lowp/value-type.ts";
import { attentionInputs } from "./attention-inputs.ts";
import { NoisePredictor } from "./predict-noise.ts";
import { rotateStreams, rotateValues } from "./rotate-classes.ts";
import { rotateInputs } from "./rotate-inputs.ts";
import { type RotateOptions, rotateProblem } from "./rotate-options.ts";
import type { Rotation } from "./rotation.ts";
import { TransformNames } from "./transform-names.ts";

/**
 * Rotates channels, so that outliers are spread over all of them, and back, so that nothing changes in the reals. r1:
 * residual streams; r2: the heads of values, alike in all; r3: queries and keys behind their rotary embedding; r4:
 * the inputs of linear ops that are made element by element, such as the last of a feed-forward network, and those
 * behind attention where r2 leaves them. Weights are mapped by a rot.apply each, which fuse-rotations takes into
 * them; those before linear ops stay. With formats given, a rotation that would make rounding to them coarser is left
 * out: weights are tried, and inputs where there are calibration data. With klt, channels are turned to the principal
 * axes of calibration data before they are mixed, so that all have the same mean square on them; r4 then costs n² a
 * token in place of n log n. With kronecker, r4 maps n = a · b channels by a transform of a groups and one of b channels
 * within each, at n (a + b): two Hadamard transforms, two random orthogonal ones, or those that go by calibration
 * data, which may make channels equally loud too; the inverses are in the weights. None is trained. (Ashkboos et al.,
 * QuaRot, 2024; Liu et al., SpinQuant, 2024; Xu et al., MambaQuant, 2025; Sun et al., FlatQuant, 2025)
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
    seed: optional(int({ min: 0, max: 2 ** 32 - 1 })), // of random signs, none where left out; random factors have one then, too
    norms: withDefault(bool, false), // r4 maps what norms give too, which r1 would at no cost
    kronecker: optional(oneOf("hadamard", "random", "klt")), // the factors of r4; one transform where left out
    outer: optional(int({ min: 2 })), // channels of the outer factor; the closest to the root where left out
    whitening: withDefault(real({ above: -Number.MIN_VALUE }), 0), // how far klt factors make axes equally loud, up to 1
    only: withDefault(listOf(string), ["*"]), // of r4: names of weights, * matching anything
    skip: withDefault(listOf(string), []),
    inputs: optional(lowpType), // what the inputs of linear ops are to be rounded to, for the prediction
    weights: optional(lowpType), // and their weights
    force: withDefault(bool, false), // rotates whatever is predicted
    klt: withDefault(bool, false), // r1 and r4 go by the principal axes of calibration data first
  },
  contract: { kind: "exactInReals" },
  explains: "residual streams, attention and linear ops, as its options name them",
  async run(module, options, context) {
    const unfit = rotateProblem(options);
    if (unfit) return fail(unfit);
    const names = new TransformNames(module, options);
    const predictor = await predictorFor(module, options, context);
    if (!predictor.ok) return predictor;
    const { kronecker: kind, outer, whitening, only, skip, norms } = options;
    const kronecker = kind && { kind, outer, whitening };
    const moments = options.klt || kind === "klt" ? await momentsOf(module, context) : ok(undefined);
    if (!moments.ok) return moments;
    const shared = { names, context, predictor: predictor.value };
    const rotation: Rotation = { ...shared, moments: options.klt ? moments.value : undefined };
    const goesByMoments = kind === undefined ? options.klt : kind === "klt";
    const online = { ...shared, moments: goesByMoments ? moments.value : undefined };
    let current: Result<Module> = ok(module);
    const steps = [
      options.r1 && rotateStreams,
      options.r2 && rotateValues,
      options.r3 && attentionInputs,
      options.r4 && ((before: Module) => rotateInputs(before, { ...online, only, skip, norms, kronecker })),
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
  { inputs, weights, force }: RotateOptions,
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
