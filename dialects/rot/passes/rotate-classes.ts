import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, opAt, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import { type AxisClass, axisFlows } from "../../nn/axis-flow.ts";
import { frameAt } from "../frames.ts";
import { type BasisChange, changeBasis } from "./change-basis.ts";
import { weightsIn } from "./predict-noise.ts";
import { explainRotation, momentOf, type Rotation, worthOf } from "./rotation.ts";
import {
  isOfCaller,
  normRoles,
  numbersObstacle,
  obstacleOf,
  refused,
  residualStreams,
  touching,
  valueHeads,
} from "./rotation-sites.ts";

/** R1: whatever is read from a stream, added to it or looked up into it, in one basis. */
export function rotateStreams(module: Module, rotation: Rotation): Result<Module> {
  const { names, context } = rotation;
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
  const declined = new Set<ValueId>();
  for (
    let left = streams;
    left[0];
    left = plainStreams(current, context).filter(({ places: [first] }) => !declined.has(first!.value))
  ) {
    const [stream] = left;
    const weights = weightsIn([stream]);
    const moment = momentOf(rotation, weights, stream.extent);
    if (!moment.ok) return moment;
    const transform = names.hadamard("r1", stream.extent, moment.value);
    const trial = { kind: "r1", transform, weights };
    const worth = worthOf(rotation, trial);
    if (!worth.ok) return worth;
    explainRotation(current, touching(stream, normRoles), trial, worth.value, context);
    if (worth.value.isBetter)
      current = changeBasis(current, sourcesIn(current, transform, [stream]), context.registry);
    else declined.add(stream.places[0]!.value);
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
export function rotateValues(module: Module, rotation: Rotation): Result<Module> {
  const { names, context } = rotation;
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
  let current = module;
  for (const { width, flat } of heads) {
    const transform = names.hadamard("r2", width.extent);
    const classes = [width, ...flat];
    const trial = { kind: "r2", transform, weights: weightsIn(classes) };
    const worth = worthOf(rotation, trial);
    if (!worth.ok) return worth;
    explainRotation(current, touching(width, ["mixed"]), trial, worth.value, context);
    if (worth.value.isBetter)
      current = changeBasis(current, sourcesIn(current, transform, classes), context.registry);
  }
  return ok(current);
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
