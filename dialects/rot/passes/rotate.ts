import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, opAt, valueAt } from "../../../compiler/ir/module.ts";
import { bool, int, listOf, optional, string, withDefault } from "../../../compiler/schema/schema.ts";
import { type AxisClass, axisFlows } from "../../nn/axis-flow.ts";
import { frameAt } from "../frames.ts";
import { attentionInputs } from "./attention-inputs.ts";
import { type BasisChange, changeBasis } from "./change-basis.ts";
import { rotateInputs } from "./rotate-inputs.ts";
import {
  isOfCaller,
  numbersObstacle,
  obstacleOf,
  type Rotation,
  refused,
  residualStreams,
  valueHeads,
} from "./rotation-sites.ts";
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
}

/**
 * Rotates channels, so that outliers are spread over all of them, and back, so that nothing changes in the reals. r1:
 * residual streams; r2: the heads of values, alike in all; r3: queries and keys behind their rotary embedding; r4:
 * the inputs of linear ops that are made element by element, such as the last of a feed-forward network, and those
 * behind attention where r2 leaves them. Weights are mapped by a rot.apply each, which fuse-rotations takes into
 * them; those before linear ops stay. (Ashkboos et al., QuaRot, 2024; Liu et al., SpinQuant, 2024)
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
  },
  contract: { kind: "exactInReals" },
  run(module, options, context) {
    const unfit = idleOption(options);
    if (unfit) return fail(unfit);
    const names = new TransformNames(module);
    const rotation: Rotation = { names, hadamards: options, context };
    let current: Result<Module> = ok(module);
    const steps = [
      options.r1 && rotateStreams,
      options.r2 && rotateValues,
      options.r3 && attentionInputs,
      options.r4 &&
        ((before: Module) => rotateInputs(before, { ...rotation, only: options.only, skip: options.skip })),
    ];
    for (const step of steps) if (step && current.ok) current = step(current.value, rotation);
    return current.ok ? ok(names.defineIn(current.value)) : current;
  },
});

function idleOption({ r1, r2, r3, r4, only, skip }: Options): Diagnostic | undefined {
  if (!(r1 || r2 || r3 || r4))
    return error("option-missing", "rotate is not told what to rotate", {
      hint: "give it some of r1, r2, r3 and r4, such as rotate{r1 r2 r4}",
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
  return undefined;
}

/** R1: whatever is read from a stream, added to it or looked up into it, in one basis. */
function rotateStreams(module: Module, { names, hadamards, context }: Rotation): Result<Module> {
  const streams = plainStreams(module, context);
  if (streams.length === 0)
    return fail(
      error(
        "nothing-to-rotate",
        "r1 finds no residual stream: no norm looks at what linear ops make and read",
        {
          hint: "leave r1 out",
        },
      ),
    );
  const problems = streams.flatMap((stream) => {
    const obstacle = obstacleOf(module, stream, () => false) ?? numbersObstacle(module, [stream]);
    return obstacle ? [refused(module, "r1 cannot rotate this residual stream", obstacle)] : [];
  });
  if (problems.length > 0) return fail(...problems);
  let current = module;
  // A weight from one stream to another is in the classes of both, so the second is found when the first is done.
  for (let left = streams; left[0]; left = plainStreams(current, context)) {
    const transform = names.hadamard("r1", left[0].extent, hadamards);
    current = changeBasis(current, sourcesIn(current, transform, [left[0]]), context.registry);
  }
  return ok(current);
}

/** Streams that no rotation has been at. */
const plainStreams = (module: Module, { registry }: PassContext): readonly AxisClass[] =>
  residualStreams(axisFlows(module, registry)).filter(({ places }) =>
    places.every(({ value, axis }) => {
      const { type } = valueAt(module, value);
      return type.kind === "tensor" && frameAt(type, axis) === undefined;
    }),
  );

/** R2: each head of values alike, so that heads may be shared; caches of values are in that basis too. */
function rotateValues(module: Module, { names, hadamards, context }: Rotation): Result<Module> {
  const heads = valueHeads(axisFlows(module, context.registry));
  if (heads.length === 0)
    return fail(
      error("nothing-to-rotate", "r2 finds no attention whose values are rotated", { hint: "leave r2 out" }),
    );
  const problems = heads.flatMap(({ width, flat }) => {
    const obstacle =
      [width, ...flat]
        .map((each) => obstacleOf(module, each, isOfCaller))
        .find((each) => each !== undefined) ?? numbersObstacle(module, [width, ...flat]);
    return obstacle ? [refused(module, "r2 cannot rotate the values of this attention", obstacle)] : [];
  });
  if (problems.length > 0) return fail(...problems);
  return ok(
    heads.reduce((current, { width, flat }) => {
      const transform = names.hadamard("r2", width.extent, hadamards);
      return changeBasis(current, sourcesIn(current, transform, [width, ...flat]), context.registry);
    }, module),
  );
}

/** Parameters are what classes get their channels from. */
const sourcesIn = (module: Module, transform: string, classes: readonly AxisClass[]): BasisChange => ({
  transform,
  classes,
  isSource(value) {
    const { definedBy } = valueAt(module, value);
    return definedBy !== undefined && Object.keys(opAt(module, definedBy).operands).length === 0;
  },
});
