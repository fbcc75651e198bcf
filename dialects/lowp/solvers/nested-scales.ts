import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { type DialectType, f64 } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { quantize } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized } from "../types.ts";
import { blockComponents, readFit } from "./block-fit.ts";
import { quantizeClipped } from "./mse-clip.ts";

/**
 * The value whose block scales have the least squared error by importance, where scales, zeros and shifts that are
 * themselves quantized have scales that fit what the search found, not what the full ranges would ask for. Its codes
 * are those of quantize: only the components of blocks are meant to be used.
 */
export function fitByImportance(
  weight: FloatTensor,
  type: DialectType & { readonly parameters: QuantizedParameters },
  importance: Float64Array,
): CompositeValue | Mismatch {
  const free = quantizeClipped(weight, quantized.of(withFreeBlocks(type.parameters)), { importance });
  if (isMismatch(free)) return free;
  const single = weight.data instanceof Float32Array;
  const wanted = readFit(free, single);
  if (isMismatch(wanted)) return wanted;
  const value = quantize(weight, type);
  if (isMismatch(value)) return value;
  const components: Record<string, RuntimeValue> = { ...value.components };
  // Scales are found for the grids that the blocks have chosen with them.
  if (free.components.selector) components.selector = free.components.selector;
  for (const name of blockComponents) {
    const component = value.components[name];
    if (!component) continue;
    const { numbers } = wanted[name];
    const data = single ? Float32Array.from(numbers) : numbers;
    const stored = isDense(component)
      ? free.components[name]!
      : quantizeClipped({ shape: component.shape, data }, component.type, { positive: name === "scale" });
    if (isMismatch(stored)) return stored;
    components[name] = stored;
  }
  return { ...value, components };
}

/** The same with f64 in the place of whatever is itself quantized. */
const withFreeBlocks = (parameters: QuantizedParameters): QuantizedParameters => {
  const free = <T extends QuantizedParameters["zero"]>(type: T): T | typeof f64 =>
    type?.kind === "dialect" ? f64 : type;
  const { scale, zero, shift } = parameters;
  return { ...parameters, scale: free(scale), zero: free(zero), shift: free(shift) };
};
