import { isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { codeValues } from "./element-codec.ts";
import { type ElementFormat, tableOf } from "./elements.ts";
import { generatedTables } from "./tables/generate.ts";

/** The decode tables of a value, and which of them each place uses. */
export interface Codebooks {
  /** f64[2^bits · dim] each, rows one after another; undefined where codes are the values. */
  readonly tables: readonly (Float64Array | undefined)[];
  /** The number of the table by row (all axes but the last) and block. */
  readonly tableAt: (row: number, block: number) => number;
}

/** The tables of a `!lowp.q` value with these components; of those only `table` and `selector` are read. */
export function codebooksOf(
  element: ElementFormat,
  components: Readonly<Record<string, RuntimeValue>>,
): Codebooks {
  const parameters = tableOf(element);
  if (parameters?.values.kind === "bitmod") {
    const selector = numbersIn(components.selector);
    return { tables: generatedTables(parameters)!, tableAt: (_row, block) => selector[block]! };
  }
  if (parameters?.values.kind !== "data") return { tables: [codeValues(element)], tableAt: () => 0 };
  const numbers = Float64Array.from(numbersIn(components.table));
  const size = 2 ** parameters.bits * parameters.dim;
  const tables = Array.from({ length: numbers.length / size }, (_, index) =>
    numbers.subarray(index * size, (index + 1) * size),
  );
  return { tables, tableAt: parameters.per === "row" ? (row) => row : () => 0 };
}

/** Dense numbers of at most 32 bits or f64. */
function numbersIn(component: RuntimeValue | undefined): ArrayLike<number> {
  if (component && isDense(component) && !(component.data instanceof BigInt64Array)) return component.data;
  return unreachable("a value of its type has this component as dense numbers");
}
