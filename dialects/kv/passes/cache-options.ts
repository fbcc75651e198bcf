import type { Mismatch } from "../../../compiler/define/op.ts";
import { type Diagnostic, error } from "../../../compiler/diagnostics/diagnostic.ts";
import { typeAttribute } from "../../../compiler/ir/attributes.ts";
import type { Op } from "../../../compiler/ir/module.ts";
import type { DialectType, FloatType } from "../../../compiler/ir/types.ts";
import { int, optional, type Schema } from "../../../compiler/schema/schema.ts";
import { ring } from "../../lowp/types.ts";
import type { TailOptions } from "../cache-types.ts";
import { plannedAttributes, plannedTypes } from "../planned-caches.ts";
import { type Side, sides } from "../sides.ts";
import type { Attention } from "./find-caches.ts";

const tailType: Schema<FloatType> = {
  describe: "float type",
  decode: (literal) => (literal.kind === "type" && literal.type.kind === "float" ? literal.type : undefined),
  encode: typeAttribute,
};

/** How entries wait until they are rounded, as options of a pass. */
export const tailOptions = {
  window: optional(int({ min: 0 })), // the window of the rings, default 0
  tail: optional(tailType), // what entries are held in until they are rounded, default f32
};

/** The complaint about a window or a tail where all types are rings and have their own. Code: `option-without-effect`. */
export function idleTail(
  types: readonly DialectType[],
  { window, tail }: TailOptions,
): Diagnostic | undefined {
  const given = window !== undefined ? "window" : tail && "tail";
  return given && types.every((type) => ring.is(type))
    ? error("option-without-effect", `${given} has no effect: the types are rings already`, {
        hint: `leave ${given} out`,
      })
    : undefined;
}

/** Plans are carried out for all caches or for none. Codes: `nothing-allocated`, `allocation-missing`, `allocation-unused`. */
export function planProblems(
  found: readonly Attention[],
  options: Readonly<Record<Side, DialectType | "allocated" | undefined>>,
): readonly Diagnostic[] {
  const usesPlan = sides.some((side) => options[side] === "allocated");
  return sides.flatMap((side) => {
    const name = plannedAttributes[side];
    const planned = found.filter((op) => plannedTypes(op)[side]);
    const others = found.filter((op) => !planned.includes(op));
    if (options[side] === "allocated" && planned.length === 0)
      return [
        error("nothing-allocated", `no nn.attention has an attribute ${name}`, {
          hint: `run allocate-kv{${side}=[…] …} before, or give a type`,
        }),
      ];
    if (options[side] === "allocated")
      return others.map(({ span }) =>
        error("allocation-missing", `the ${side} of this attention are allocated no type, but others are`, {
          span,
          hint: `write ${name} = !lowp.q<…> beside it`,
        }),
      );
    if (!usesPlan || options[side]) return [];
    return planned.map(({ span }) =>
      error(
        "allocation-unused",
        `the ${side} of this attention are allocated a type that nothing gives them`,
        {
          span,
          hint: `say ${side}=allocated, or drop ${name}`,
        },
      ),
    );
  });
}

/** What is wrong with an op, at its place. */
export const located = ({ blames: _, ...problem }: Mismatch, op: Op): Diagnostic => ({
  severity: "error",
  span: op.span,
  ...problem,
});
