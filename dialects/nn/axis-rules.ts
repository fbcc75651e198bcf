import type { AxisFlow, AxisPin, AxisRole, AxisTouch, ValueAxis } from "../../compiler/define/axis-flow.ts";
import type { Slot, ValueId } from "../../compiler/ir/module.ts";
import type { Type } from "../../compiler/ir/types.ts";

/** A tensor value with its extents. */
export interface Shaped {
  readonly value: ValueId;
  readonly shape: readonly number[];
}

export const shaped = (value: ValueId, typeOf: (value: ValueId) => Type): Shaped => {
  const type = typeOf(value);
  return { value, shape: type.kind === "tensor" ? type.shape : [] };
};

/** The values of slots with their extents, in the shape of the slots. */
export const shapedSlots = (
  slots: object,
  typeOf: (value: ValueId) => Type,
): Readonly<Record<string, Shaped | readonly Shaped[] | undefined>> =>
  Object.fromEntries(
    (Object.entries(slots) as [string, Slot][]).map(([name, slot]) => [
      name,
      typeof slot === "number" ? shaped(slot, typeOf) : slot?.map((value) => shaped(value, typeOf)),
    ]),
  );

/** An axis of a tensor; negative ones count from the last. */
export const axisOf = ({ value, shape }: Shaped, axis: number): ValueAxis => ({
  value,
  axis: axis < 0 ? axis + shape.length : axis,
});

export const touch = (tensor: Shaped, axis: number, role: AxisRole): AxisTouch => ({
  ...axisOf(tensor, axis),
  role,
});

/** Channels whose number means something. */
export const ordered = (tensor: Shaped, axis: number, reason: string): AxisPin => ({
  ...axisOf(tensor, axis),
  kind: "order",
  reason,
});

/** The axes of two tensors of one rank, one by one, but for some. */
export const sameAxes = (
  left: Shaped,
  right: Shaped,
  but: readonly number[] = [],
): readonly (readonly ValueAxis[])[] =>
  left.shape.flatMap((_, axis) => (but.includes(axis) ? [] : [[axisOf(left, axis), axisOf(right, axis)]]));

/** A tensor through which every channel goes unchanged and alone, whatever its place. */
export const passed = (input: Shaped, output: Shaped): AxisFlow => ({ same: sameAxes(input, output) });

/** A function of one element. */
export const mapped = (input: Shaped, output: Shaped): AxisFlow => ({
  same: sameAxes(input, output),
  touches: input.shape.map((_, axis) => touch(input, axis, "mapped")),
});

/**
 * Elements that meet as broadcast, each operand's in a role: axes of the output's extent share its channels; an
 * operand that has a 1 or nothing there is spread over them, which permutations cross alone.
 */
export function aligned(operands: readonly (readonly [Shaped, AxisRole])[], output: Shaped): AxisFlow {
  const same: ValueAxis[][] = [];
  const touches: AxisTouch[] = [];
  for (const [axis, extent] of output.shape.entries()) {
    const together = [axisOf(output, axis)];
    for (const [operand, role] of operands) {
      const own = axis - output.shape.length + operand.shape.length;
      const isSpread = own < 0 || (operand.shape[own] === 1 && extent !== 1);
      touches.push(isSpread ? touch(output, axis, "spread") : touch(operand, own, role));
      if (!isSpread) together.push(axisOf(operand, own));
    }
    same.push(together);
  }
  return { same, touches };
}
