import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, type OpId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { axisFlows } from "../../nn/axis-flow.ts";
import { rope } from "../../nn/ops/attention.ts";
import { changeBasis } from "./change-basis.ts";
import { explainRotation, type Rotation } from "./rotation.ts";
import { isOfCaller, numbersObstacle, obstacleOf, refused, touching } from "./rotation-sites.ts";

/**
 * R3: (q R) · (k R)ᵀ = q · kᵀ, R applied to queries and keys behind their rotary embedding as the program runs. It
 * evens out the channels of cached keys, which are in its basis; nothing is taken into weights.
 */
export function attentionInputs(module: Module, { names, context }: Rotation): Result<Module> {
  const cuts = new Map<OpId, number>(
    walk(module).flatMap((op) => (rope.is(op) ? [[op.id, 2] as const] : [])),
  );
  const { classes } = axisFlows(module, context.registry, cuts);
  const scored = classes.filter(
    ({ touches, places }) =>
      touches.some(({ role }) => role === "scored") &&
      places.some(({ value, axis }) => isCut(module, cuts, value, axis)),
  );
  if (scored.length === 0)
    return fail(
      error("nothing-to-rotate", "r3 finds no attention behind a rotary embedding", { hint: "leave r3 out" }),
    );
  const problems = scored.flatMap((each) => {
    // The embedding itself is cut off: what it makes is where the class begins.
    const behind = { ...each, touches: each.touches.filter(({ role }) => role !== "turned") };
    const obstacle = obstacleOf(module, behind, isOfCaller) ?? numbersObstacle(module, [each]);
    return obstacle
      ? [refused(module, "r3 cannot rotate the queries and keys of this attention", obstacle)]
      : [];
  });
  if (problems.length > 0) return fail(...problems);
  return ok(
    scored.reduce((current, each) => {
      const transform = names.hadamard("r3", each.extent);
      const trial = { kind: "r3", transform, weights: [] };
      explainRotation(current, touching(each, ["scored"]), trial, { isBetter: true }, context);
      const isSource = (value: Parameters<typeof valueAt>[1]) =>
        cuts.has(valueAt(module, value).definedBy ?? (-1 as OpId));
      return changeBasis(current, { transform, classes: [each], isSource }, context.registry);
    }, module),
  );
}

const isCut = (
  module: Module,
  cuts: ReadonlyMap<OpId, number>,
  value: Parameters<typeof valueAt>[1],
  axis: number,
): boolean => {
  const { definedBy } = valueAt(module, value);
  return definedBy !== undefined && cuts.get(definedBy) === axis;
};
