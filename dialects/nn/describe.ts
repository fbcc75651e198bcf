import { DYNAMIC, type Type } from "../../compiler/ir/types.ts";

/** `?x128`, or `rank 0` for the shape of a single number. */
export const describeShape = (shape: readonly number[]): string =>
  shape.length === 0 ? "rank 0" : shape.map(describeExtent).join("x");

/** `[2, 3]`, as lists of attributes are written. */
export const describeList = (items: readonly number[]): string => `[${items.join(", ")}]`;

export const describeExtent = (size: number): string => (size === DYNAMIC ? "?" : String(size));

/** The element type as it is written, without the parameters of a dialect's type. */
export function describeElement(element: Type): string {
  switch (element.kind) {
    case "float":
      return element.name;
    case "integer":
      return `${{ signless: "i", signed: "si", unsigned: "ui" }[element.signedness]}${element.width}`;
    case "dialect":
    case "opaque":
      return `!${element.name}`;
    default:
      return element.kind;
  }
}
