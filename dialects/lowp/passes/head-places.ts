import { type Module, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import type { AxisClass, AxisFlows } from "../../nn/axis-flow.ts";

/** The channels of heads `share`, `share + shares`, …, `scopes` of them. */
export const headPlaces = (width: number, scopes: number, share: number, shares: number): Int32Array =>
  Int32Array.from(
    { length: width * scopes },
    (_, at) => (Math.floor(at / width) * shares + share) * width + (at % width),
  );

/**
 * How many heads may have orders of their own: those of the axis with the fewest, if every value that has the
 * channels has a head axis beside them, that one or one that it serves; 1 where all heads must be ordered alike.
 */
export function headsApart(module: Module, own: AxisClass, { classes, classOf }: AxisFlows): number {
  const wholes = [...new Set(own.partOf.map(({ whole }) => whole))].map((id) => classes[id]!);
  const parts = wholes.flatMap(({ madeOf }) => madeOf.map((made) => made.parts));
  if (parts.length === 0 || own.parameters.length > 0 || parts.some(({ length }) => length !== 2)) return 1;
  const fewest = parts
    .map(([head]) => classes[head!]!)
    .toSorted((a, b) => a.extent - b.extent || a.id - b.id)[0]!;
  const allowed = new Set([fewest.id, ...fewest.serves]);
  const isApart = own.places.every(({ value, axis }) =>
    axesOf(module, value).some((other) => other !== axis && allowed.has(classOf(value, other).id)),
  );
  return isApart && fewest.extent > 0 ? fewest.extent : 1;
}

function axesOf(module: Module, value: ValueId): readonly number[] {
  const { type } = valueAt(module, value);
  return type.kind === "tensor" ? [...type.shape.keys()] : [];
}
