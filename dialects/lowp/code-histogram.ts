import type { CompositeValue, RuntimeValue } from "../../compiler/define/kernel.ts";
import { isDense } from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { blockGrid } from "./block-grid.ts";
import { paddedShape } from "./blocks.ts";
import { dequantize } from "./dequantize.ts";
import { codeValues } from "./element-codec.ts";
import { elementsPerCode, gridBounds, hasFixedValues } from "./elements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { resize } from "./regions.ts";
import { quantized, sparse } from "./types.ts";
import { componentOf, integersOf } from "./values.ts";

/** How many elements have each value of a format, in steps of the scale of their block. */
export interface CodeHistogram {
  /** The finite values of the format, ascending; both zeros of a float are one. */
  readonly grid: Float64Array;
  readonly counts: Float64Array;
}

/** Formats with more values are finer than a picture. */
const MOST_VALUES = 256;

/**
 * Counts the codes of a quantized value, of a sparse one those of the values it keeps. Undefined for other layouts,
 * tables of several grids, of data or of vectors, and formats of more than 256 values. Elements that only fill up a block are counted too.
 */
export function codeHistogram(value: RuntimeValue): CodeHistogram | undefined {
  if (isDense(value)) return undefined;
  if (sparse.is(value.type)) return codeHistogram(componentOf(value, "values"));
  if (!quantized.is(value.type)) return undefined;
  const { element } = value.type.parameters;
  const values = valuesOf(element);
  if (!values) return undefined;
  const grid = Float64Array.from(
    new Set([...values.values()].filter(Number.isFinite).map((each) => each + 0)),
  );
  grid.sort();
  if (grid.length > MOST_VALUES) return undefined;
  const places = new Map([...grid].map((each, place) => [each, place]));
  const counts = new Float64Array(grid.length);
  for (const code of integersOf(value, "codes").data) {
    const place = places.get((values.get(code) ?? Number.NaN) + 0);
    if (place !== undefined) counts[place]!++;
  }
  return { grid, counts };
}

/** The value of every code; undefined where data decide. */
function valuesOf(element: QuantizedParameters["element"]): ReadonlyMap<number, number> | undefined {
  if (!hasFixedValues(element) || elementsPerCode(element) > 1) return undefined;
  const values = codeValues(element);
  if (values) return new Map([...values.entries()]);
  const [lowest, highest] = gridBounds(element);
  return new Map(Array.from({ length: highest - lowest + 1 }, (_, i) => [lowest + i, lowest + i]));
}

/**
 * Numbers of the shape of a quantized value, in steps of the scale of their block and counted from its zero, so that
 * they lie on the same axis as its codes: x / scale + zero, or (x − shift) / scale. Blocks of scale 0 are left out.
 * Undefined for other layouts.
 */
export function inSteps(value: RuntimeValue, numbers: FloatTensor): Float64Array | undefined {
  if (isDense(value) || !quantized.is(value.type)) return undefined;
  const { block, tail } = value.type.parameters;
  const shape = paddedShape(value.shape, block, tail);
  const { data } = resize(numbers, shape);
  const scale = numbersOf(value, "scale");
  const zero = numbersOf(value, "zero");
  const shift = numbersOf(value, "shift");
  if (!scale) return undefined;
  const { rows, columns, run, firstBlock } = blockGrid(shape, block);
  const steps = new Float64Array(elementCount(shape));
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    for (let start = row * columns, at = firstBlock[row]!; start < end; start += run, at++) {
      const step = scale[at]!;
      if (step === 0) continue;
      const [origin, offset] = [zero?.[at] ?? 0, shift?.[at] ?? 0];
      for (let index = start; index < Math.min(start + run, end); index++)
        steps[count++] = (data[index]! - offset) / step + origin;
    }
  }
  return steps.slice(0, count);
}

function numbersOf(value: CompositeValue, name: string): Float64Array | undefined {
  const component = value.components[name];
  const numbers = component && dequantize(component, "f64");
  return numbers === undefined || isMismatch(numbers) ? undefined : Float64Array.from(numbers.data);
}
