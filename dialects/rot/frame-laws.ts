import {
  type AxisFlow,
  type AxisRole,
  type Crossing,
  crossings,
  type ValueAxis,
} from "../../compiler/define/axis-flow.ts";
import type { Registry } from "../../compiler/define/dialect.ts";
import { type Diagnostic, error } from "../../compiler/diagnostics/diagnostic.ts";
import { axisEncodingOf } from "../../compiler/ir/axis-encoding.ts";
import { type Module, type Op, opAt, type ValueId, valueAt } from "../../compiler/ir/module.ts";
import { lookupSymbol } from "../../compiler/ir/symbols.ts";
import { DYNAMIC, type TensorType } from "../../compiler/ir/types.ts";
import { flowsOf } from "../nn/gather-flows.ts";
import { type Definition, type Family, familyOf, sizeOf } from "./definitions.ts";
import { frameAt } from "./frames.ts";
import { apply, def, describeFrame } from "./ops.ts";

/** Families of maps that are let through, by what may cross. */
const admitted: Readonly<Record<Crossing, readonly Family[]>> = {
  any: ["any", "orthogonal", "permutation"],
  orthogonal: ["orthogonal", "permutation"],
  permutation: ["permutation"],
  pairs: [],
};

/** What to do about a frame that a role does not let through. */
const remedies: Partial<Record<AxisRole, string>> = {
  gain: "fold the gain into what follows, with fold-norms, before rotating",
  standardised: "make it a norm by the mean square with fold-norms, or permute its channels only",
};

/**
 * The laws of frames. Axes with the same channels are in one frame; an op that means single channels (a gain, a
 * rotary embedding, a softmax, a function of elements) has them in the identity frame or, where order alone does not
 * matter, in that of a permutation; a norm by the mean square keeps any orthogonal frame; a reshape keeps frames of
 * blocks within the innermost axis. What an op says of its axes decides; no op is known here. (A §7.4)
 */
export function frameLaws(module: Module, registry: Registry): readonly Diagnostic[] {
  if (!hasFrames(module)) return [];
  return flowsOf(module, registry).flatMap(({ op, flow }) => {
    const record = opAt(module, op);
    return apply.is(record) ? [] : (new OpFrames(module, record).problem(flow) ?? []);
  });
}

const hasFrames = (module: Module): boolean =>
  Object.values(module.values).some(
    ({ type }) => type.kind === "tensor" && axisEncodingOf(type.encoding) !== undefined,
  );

/** The frames of the values one op touches. */
class OpFrames {
  readonly #module: Module;
  readonly #op: Op;

  constructor(module: Module, op: Op) {
    this.#module = module;
    this.#op = op;
  }

  /** The first law the op breaks: those that say why before those that say that frames differ. */
  problem(flow: AxisFlow): Diagnostic | undefined {
    const places = (flow.same ?? []).filter((together) => this.#differ(together));
    for (const { value, axis, role } of flow.touches ?? []) {
      const together = places.find((each) =>
        each.some((place) => place.value === value && place.axis === axis),
      );
      const found = this.#crossing(together ?? [{ value, axis }], role);
      if (found) return found;
    }
    for (const { value, axis, kind, reason } of flow.pins ?? [])
      if (kind !== "argument" && kind !== "result" && this.#frame({ value, axis }) !== undefined)
        return this.#needsIdentity({ value, axis }, reason);
    for (const { each, serves } of flow.repeats ?? [])
      for (const place of [each, serves])
        if (this.#frame(place) !== undefined) return this.#needsIdentity(place, "heads are shared along it");
    const different = places[0];
    if (different) return this.#mismatch(different);
    for (const { whole, parts } of flow.factors ?? []) {
      const found = this.#factors(whole, parts);
      if (found) return found;
    }
    return undefined;
  }

  #frame({ value, axis }: ValueAxis): string | undefined {
    const { type } = valueAt(this.#module, value);
    return type.kind === "tensor" ? frameAt(type, axis) : undefined;
  }

  #differ = (places: readonly ValueAxis[]): boolean =>
    places.some((place) => this.#frame(place) !== this.#frame(places[0]!));

  #definition(name: string): Definition | undefined {
    const op = lookupSymbol(this.#module, this.#op.id, name.split("::"));
    return op && def.is(op) ? op.attributes : undefined;
  }

  #describe({ value, axis }: ValueAxis): string {
    const { name } = valueAt(this.#module, value);
    return `axis ${axis} of ${name === undefined ? "a value" : `%${name}`}`;
  }

  #crossing(places: readonly ValueAxis[], role: AxisRole): Diagnostic | undefined {
    const framed = places.find((place) => this.#frame(place) !== undefined);
    if (!framed) return undefined;
    const name = this.#frame(framed)!;
    const definition = this.#definition(name);
    if (!definition)
      return this.#error(
        `@${name} is no transform`,
        framed,
        "define it with rot.def, or take the frame away",
      );
    const symbol = (path: readonly string[]) => lookupSymbol(this.#module, this.#op.id, path);
    if (admitted[crossings[role]].includes(familyOf(definition.transform, symbol))) return undefined;
    const needs = {
      any: "any frame",
      orthogonal: "an orthogonal frame",
      permutation: "the identity frame, or that of a permutation",
      pairs: "the identity frame",
    }[crossings[role]];
    const what = role === "gain" ? `${this.#op.name} with a gain` : this.#op.name;
    return this.#error(
      `${this.#describe(framed)} is in frame @${name}, but ${what} needs ${needs}`,
      framed,
      remedies[role] ?? this.#undo(framed, name),
    );
  }

  #needsIdentity(place: ValueAxis, reason: string): Diagnostic {
    const name = this.#frame(place)!;
    return this.#error(
      `${this.#describe(place)} is in frame @${name}, but ${this.#op.name} needs the identity frame, as ${reason}`,
      place,
      this.#undo(place, name),
    );
  }

  #mismatch(places: readonly ValueAxis[]): Diagnostic {
    const [first] = places;
    const other = places.find((place) => this.#frame(place) !== this.#frame(first!))!;
    const [left, right] = [first!, other].map(
      (place) => `${this.#describe(place)} is in ${describeFrame(this.#frame(place))}`,
    );
    return this.#error(
      `${left}, but ${right}: ${this.#op.name} needs them in one`,
      other,
      "bring both into one frame with rot.apply",
    );
  }

  /** Blocks within the innermost part are blocks within the whole; other parts stay as they are. */
  #factors(whole: ValueAxis, parts: readonly ValueAxis[]): Diagnostic | undefined {
    const innermost = parts.at(-1)!;
    const outer = parts.slice(0, -1).find((part) => this.#frame(part) !== undefined);
    if (outer) return this.#needsIdentity(outer, "blocks of other axes are within it");
    const [one, other] = [this.#frame(whole), this.#frame(innermost)];
    if (one !== other) return this.#mismatch([whole, innermost]);
    const definition = one === undefined ? undefined : this.#definition(one);
    if (!definition) return undefined;
    const size = sizeOf(definition.transform, (path) => lookupSymbol(this.#module, this.#op.id, path));
    const extent = (valueAt(this.#module, innermost.value).type as TensorType).shape[innermost.axis]!;
    if (typeof size !== "number" || extent === DYNAMIC || extent % size === 0) return undefined;
    return this.#error(
      `${this.#op.name} cuts @${one}, which maps ${size} channels, into runs of ${extent}`,
      innermost,
      "undo the transform before it, or use one of the inner axis alone",
    );
  }

  #undo = ({ axis }: ValueAxis, name: string): string =>
    `undo the transform before it: rot.apply(@${name}, …) {axis = ${axis}, inverse = true}`;

  #error(message: string, { value }: ValueAxis, hint: string): Diagnostic {
    return error("frame", message, { span: this.#op.span, hint, notes: this.#notes(value) });
  }

  #notes(value: ValueId): NonNullable<Diagnostic["notes"]> {
    const { span, name } = valueAt(this.#module, value);
    const isOwn = Object.values(this.#op.results).flat().includes(value);
    return span && !isOwn
      ? [{ message: `${name === undefined ? "it" : `%${name}`} comes from here`, span }]
      : [];
  }
}
