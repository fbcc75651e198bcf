import { maxFinite, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";
import { type Local, lanes, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { describeScaleFormat, type ScaleFormat, storedScale } from "./group-scale.ts";
import { horizontal } from "./lanes.ts";
import { describeOffset, type IntegerCodes, scaleOfRange, widen } from "./quantize-group.ts";
import type { FloatElement } from "./round-rows.ts";
import { choose, splat } from "./vector-math.ts";

/** One scale for all numbers of a tensor, or for all scales of its groups. */
export interface WholeScale {
  /** What is scaled: without shifts. */
  readonly element: Omit<IntegerCodes, "storage"> | FloatElement;
  readonly format: ScaleFormat;
  /** Where the scales of groups are scaled: the largest magnitude of the elements in the groups. */
  readonly within?: number | undefined;
}

/**
 * The scale of a whole tensor as lowp.quantize chooses it, bit by bit. Parameters: `input`, f32, finite, `count` of its
 * elements, `scale` [1] f32 and, where there is one, `zero` [1] i32. There is one unit of work.
 */
export function wholeScale({ element, format, within }: WholeScale): Kernel {
  const isFloat = "format" in element;
  const hasZero = !isFloat && element.zero !== undefined;
  const kind = isFloat ? element.format : `${element.range}${describeOffset(element)}`;
  return defineKernel({
    name: `whole_scale_${kind}_${describeScaleFormat(format)}${within === undefined ? "" : `_within_${within}`}`,
    parameters: [...(["input", "count", "scale"] as const), ...(hasZero ? (["zero"] as const) : [])],
    build(f, { input, count, scale, zero }) {
      const { low, high } = rangeOf(f, input, count);
      if (!isFloat) {
        const { step, origin } = scaleOfRange(f, element, format, { low, high });
        f.store("f32.store", scale, step);
        if (origin) f.store("i32.store", zero, origin);
        return;
      }
      const magnitude = op("f64.promote_f32", op("f32.max", op("f32.neg", low), high));
      const span = f.let(within === undefined ? magnitude : op("f64.div", magnitude, within));
      const largest = maxFinite(namedFloatFormats[element.format]);
      f.store("f32.store", scale, storedScale(f, format, span, largest));
    },
  });
}

/** The ends of the range of numbers and 0. */
function rangeOf(
  f: FunctionBuilder,
  input: Local,
  count: Local,
): { readonly low: Local; readonly high: Local } {
  const [least, most] = [f.let(splat(0)), f.let(splat(0))];
  const whole = f.let(op("i32.and", count, -4));
  const at = (index: Local) => load("v128.load", sum(input, op("i32.shl", index, 2)));
  f.for(0, whole, 4, (index) => widen(f, least, most, f.let(at(index))));
  const left = op("i32x4.splat", op("i32.sub", count, whole));
  const isThere = op("i32x4.lt_s", lanes(Int32Array.of(0, 1, 2, 3)), left);
  f.if(op("i32.sub", count, whole), () => widen(f, least, most, f.let(choose(isThere, at(whole), splat(0)))));
  return { low: f.let(horizontal("f32.min", least)), high: f.let(horizontal("f32.max", most)) };
}
