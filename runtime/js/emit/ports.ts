import { mismatch } from "../../../compiler/define/op.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { type DialectType, DYNAMIC, type TensorType, type Type } from "../../../compiler/ir/types.ts";
import type { Element, Extent } from "../artifact/program.ts";
import type { EntryBuilder, PendingPort } from "./entry-builder.ts";
import { known } from "./extents.ts";
import { refuse } from "./lowering.ts";
import type { ValueForm } from "./value-form.ts";
import { formOf } from "./value-forms.ts";
import type { CodedValue, DenseValue, LoweredValue } from "./values.ts";

const elementOf = (type: Type): Element | undefined =>
  type.kind === "float" && type.name === "f32"
    ? "f32"
    : type.kind === "integer" && type.width <= 32
      ? "i32"
      : undefined;

/** What the open extent of an argument is called: as the argument, with the axis where it has several. */
export const openExtentName = (argument: string, shape: readonly number[], axis: number): string =>
  shape.filter((extent) => extent === DYNAMIC).length > 1 ? `${argument}.${axis}` : argument;

/** Places for what a caller gives. */
export function argumentValue(builder: EntryBuilder, name: string, type: Type): DenseValue | CodedValue {
  const held = formOf(type);
  if (held) return codedArgument(builder, name, held.type, held.form);
  const element = type.kind === "tensor" ? elementOf(type.element) : undefined;
  if (type.kind !== "tensor" || element === undefined)
    return refuse(
      mismatch(
        "js-unsupported",
        `${name} is ${describeType(type)}; the js backend takes tensors of f32 and of integers of up to 32 bits, and caches`,
        type.kind === "tensor" && type.element.kind === "dialect"
          ? { hint: "keep what goes in and out as floats, or run the module with the interpreter" }
          : {},
      ),
    );
  return place(builder, name, element, openShape(builder, name, type));
}

function codedArgument(builder: EntryBuilder, name: string, type: TensorType, form: ValueForm): CodedValue {
  const shape = openShape(builder, name, type);
  const parts = form.parts(type).map((part) => {
    const value = place(builder, name, part.element, [part.room(shape)]);
    if (part.range && value.address.in === "buffer") builder.limit(value.address.buffer, ...part.range);
    return [part.name, value];
  });
  return { kind: "coded", type: type.element as DialectType, shape, parts: Object.fromEntries(parts) };
}

const openShape = (builder: EntryBuilder, name: string, { shape }: TensorType): readonly Extent[] =>
  shape.map((extent, axis) =>
    extent === DYNAMIC ? builder.symbols.fresh(openExtentName(name, shape, axis)) : known(extent),
  );

const place = (builder: EntryBuilder, name: string, element: Element, shape: readonly Extent[]): DenseValue =>
  builder.allocate(element, shape, true) ??
  refuse(mismatch("js-unsupported", `${name} has two open extents`));

/** An argument or a result of a function. */
export interface NamedValue {
  readonly name: string;
  readonly type: Type;
  readonly value: LoweredValue;
}

/** What goes in or out for it: itself, or its parts, each named behind it. */
export function portsOf({ name, type, value }: NamedValue): readonly PendingPort[] {
  if (value.kind === "dense") return [{ name, value }];
  const held = formOf(type);
  if (value.kind === "coded" && held)
    return held.form.parts(held.type).map((part) => ({
      name: [name, ...part.path].join("."),
      value: value.parts[part.name]!,
      shape: part.shape(value.shape),
    }));
  return refuse(
    mismatch("js-unsupported", `the result ${name} is no tensor of plain numbers`, {
      hint: "dequantize it before returning it",
    }),
  );
}
