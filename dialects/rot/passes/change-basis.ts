import type { Registry } from "../../../compiler/define/dialect.ts";
import { uses } from "../../../compiler/ir/analysis.ts";
import {
  blockAt,
  type Module,
  type Op,
  opAt,
  operandsOf,
  topLevel,
  type ValueId,
  valueAt,
} from "../../../compiler/ir/module.ts";
import { same, type TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { func, returnOp } from "../../func/ops.ts";
import type { AxisClass } from "../../nn/axis-flow.ts";
import { flowsOf, zerosIn } from "../../nn/gather-flows.ts";
import { frameAt, inFrame } from "../frames.ts";
import { Redirections } from "./redirections.ts";

/** Axes that go into the frame of one transform, and where their channels come from. */
export interface BasisChange {
  readonly transform: string;
  readonly classes: readonly AxisClass[];
  /** Values the transform is applied to; everything else in the classes follows from them. */
  isSource(value: ValueId): boolean;
}

/**
 * Puts classes of axes into a frame: sources are mapped where they are first used, all other values of the classes
 * take the frame in their type, and zeros that meet them are mapped before they do.
 */
export function changeBasis(module: Module, change: BasisChange, registry: Registry): Module {
  const { transform, classes, isSource } = change;
  const editor = new Editor(module);
  const redirections = new Redirections(editor);
  const by = transform.split("::");
  for (const { value, axis } of classes.flatMap(({ places }) => places)) {
    if (!isSource(value)) {
      editor.retype(value, inFrame(editor.typeOf(value) as TensorType, axis, by));
      continue;
    }
    const users = [...new Set(uses(module).get(value))].map((id) => opAt(module, id));
    if (users.length === 0) continue;
    const mapped = redirections.insertApply(users[0]!, value, { by, axis });
    for (const user of users)
      for (const [place, operand] of operandsOf(user).entries())
        if (operand === value) redirections.redirect(user, place, mapped);
  }
  meetZeros(editor, redirections, registry);
  redirections.finish();
  return withFunctionTypes(editor.commit());
}

/** Zeros are mapped before an op whose other values are in a frame: they are zeros in it, but their type must say so. */
function meetZeros(editor: Editor, redirections: Redirections, registry: Registry): void {
  const { module } = editor;
  const flows = flowsOf(module, registry);
  const zeros = zerosIn(module, flows);
  const frameOf = (value: ValueId, axis: number) => frameAt(editor.typeOf(value) as TensorType, axis);
  for (const { op: id, flow } of flows) {
    const op = opAt(module, id);
    for (const [place, value] of operandsOf(op).entries()) {
      if (!zeros.has(value)) continue;
      const earlier = operandsOf(op)
        .slice(0, place)
        .filter((operand) => operand === value).length;
      for (const axis of (valueAt(module, value).type as TensorType).shape.keys()) {
        const meetings = (flow.same ?? []).filter((together) =>
          together.some((each) => each.value === value && each.axis === axis),
        );
        const meeting = meetings[earlier] ?? meetings[0];
        const other = meeting?.find(
          (each) => !zeros.has(each.value) && frameOf(each.value, each.axis) !== undefined,
        );
        if (!other || frameOf(value, axis) !== undefined) continue;
        const by = frameOf(other.value, other.axis)!.split("::");
        redirections.redirect(op, place, redirections.insertApply(op, value, { by, axis }));
      }
    }
  }
}

/** The module with the type of every function that its arguments and results have. */
export function withFunctionTypes(module: Module): Module {
  const editor = new Editor(module);
  for (const op of topLevel(module)) {
    const entry = op.regions[0]?.[0];
    if (!func.is(op) || entry === undefined) continue;
    const end = lastOf(module, op);
    const inputs = blockAt(module, entry).arguments.map((value) => valueAt(module, value).type);
    const results =
      end && returnOp.is(end)
        ? end.operands.values.map((value) => valueAt(module, value).type)
        : op.attributes.function_type.results;
    const type = { kind: "function", inputs, results } as const;
    if (!same(type, op.attributes.function_type))
      editor.update({ ...op, attributes: { ...op.attributes, function_type: type } });
  }
  return editor.commit();
}

function lastOf(module: Module, { regions }: Op): Op | undefined {
  const last = regions[0]?.at(-1);
  const id = last === undefined ? undefined : blockAt(module, last).ops.at(-1);
  return id === undefined ? undefined : opAt(module, id);
}
