import type { ValueId } from "../ir/module.ts";

/** One axis of a tensor value, counted from 0. */
export interface ValueAxis {
  readonly value: ValueId;
  readonly axis: number;
}

/**
 * What an op does with the channels of an operand's axis, as far as a change of their basis or order is concerned.
 * contracted: summed against the same axis of the other operand, as a linear op its inputs; produced: the outputs of
 * a linear op; bias, shift: added channel by channel, by a linear op, a norm; gain: multiplied channel by channel by
 * a norm; added: a term of a sum; spread: one number meets all channels; multiplied, mapped: a product, a function,
 * element by element; standardised: divided by the root of the mean square after the mean was taken away;
 * scored: queries against keys; mixed: averaged over positions, channel by channel; turned: in rotary planes;
 * embedded: the columns of a table.
 */
export type AxisRole =
  | "contracted"
  | "produced"
  | "bias"
  | "shift"
  | "gain"
  | "added"
  | "spread"
  | "multiplied"
  | "mapped"
  | "root-mean-square"
  | "standardised"
  | "softmax"
  | "reduced"
  | "scored"
  | "mixed"
  | "turned"
  | "embedded";

/** The largest family of maps of the channels that an op lets through, or absorbs into the other operand. */
export type Crossing = "any" | "orthogonal" | "permutation" | "pairs";

/**
 * What may cross each role, where all axes that share the channels are mapped alike. `any` is any invertible map;
 * `pairs` are permutations of whole rotary pairs; a norm with a gain has the role `gain` as well. (A §7.4)
 */
export const crossings: Readonly<Record<AxisRole, Crossing>> = {
  contracted: "any",
  produced: "any",
  bias: "any",
  shift: "any",
  gain: "permutation",
  added: "any",
  spread: "permutation",
  multiplied: "permutation",
  mapped: "permutation",
  "root-mean-square": "orthogonal",
  standardised: "permutation",
  softmax: "permutation",
  reduced: "permutation",
  scored: "any",
  mixed: "any",
  turned: "pairs",
  embedded: "any",
};

export interface AxisTouch extends ValueAxis {
  readonly role: AxisRole;
}

/**
 * Why channels must stay as they are. argument, result: the caller of a public function sees them; order: their
 * number means something (positions, indices, a joined or cut axis); constant: they are written in the text;
 * unknown: nothing says what the op does.
 */
export type PinKind = "argument" | "result" | "order" | "constant" | "unknown";

export interface AxisPin extends ValueAxis {
  readonly kind: PinKind;
  /** Completes "…, as": lower-case, no full stop. */
  readonly reason: string;
}

/** What an op says of the axes of its values. What it leaves out is free: the axis has channels of its own. */
export interface AxisFlow {
  /** Axes with the same channels in each list: whatever basis or order one is in, all are. */
  readonly same?: readonly (readonly ValueAxis[])[];
  /** Axes made of several others, row-major, as of heads and the width of a head. */
  readonly factors?: readonly { readonly whole: ValueAxis; readonly parts: readonly ValueAxis[] }[];
  /** Each channel of the one serves equally many neighbouring channels of the other, as key heads do query heads. */
  readonly repeats?: readonly { readonly each: ValueAxis; readonly serves: ValueAxis }[];
  readonly touches?: readonly AxisTouch[];
  readonly pins?: readonly AxisPin[];
  /** Values with the numbers of another, perhaps rounded: what is a parameter before is one behind. */
  readonly carries?: readonly { readonly from: ValueId; readonly to: ValueId }[];
  /** Values of zeros, which are the same in every basis and order: what meets them is not tied by them. */
  readonly zeros?: readonly ValueId[];
  /** Values that are parameters. */
  readonly reads?: readonly { readonly symbol: string; readonly value: ValueId }[];
}

/** All that several parts of an op say. */
export const joinFlows = (...flows: readonly AxisFlow[]): AxisFlow => ({
  same: flows.flatMap(({ same = [] }) => same),
  factors: flows.flatMap(({ factors = [] }) => factors),
  repeats: flows.flatMap(({ repeats = [] }) => repeats),
  touches: flows.flatMap(({ touches = [] }) => touches),
  pins: flows.flatMap(({ pins = [] }) => pins),
  carries: flows.flatMap(({ carries = [] }) => carries),
  zeros: flows.flatMap(({ zeros = [] }) => zeros),
  reads: flows.flatMap(({ reads = [] }) => reads),
});
