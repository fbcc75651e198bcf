import type { AnyOp, AttributesOf, OperandsOf, ResultsOf } from "../define/op.ts";
import { applyEdits, type Edits, noEdits } from "../ir/edit.ts";
import {
  type Module,
  type Op,
  type OpId,
  type Slot,
  type Value,
  type ValueId,
  valueAt,
} from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { constructOp, type ResultNames, type ResultTypes } from "./build.ts";

/**
 * Collects the edits of one sweep over an immutable module. Reads always see the module as it was;
 * `commit` applies everything at once and returns the same module when there is nothing to do.
 */
export class Editor {
  readonly module: Module;
  readonly #insertedBefore = new Map<OpId, Op[]>();
  readonly #createdValues = new Map<ValueId, Value>();
  readonly #erased = new Set<OpId>();
  readonly #replaced = new Map<ValueId, ValueId>();
  readonly #updated = new Map<OpId, Op>();
  readonly #retyped = new Map<ValueId, Type>();
  readonly #next: { op: number; value: number; block: number };
  #resources: Edits["resources"];

  constructor(module: Module) {
    this.module = module;
    this.#next = { ...module.next };
  }

  typeOf(value: ValueId): Type {
    return this.#retyped.get(value) ?? (this.#createdValues.get(value) ?? valueAt(this.module, value)).type;
  }

  /** Builds an op to stand before `anchor`, which lends it its place in the source. */
  insertBefore<D extends AnyOp>(
    anchor: Op,
    definition: D,
    operands: OperandsOf<D>,
    attributes: AttributesOf<D>,
    rest: { readonly resultTypes?: ResultTypes; readonly names?: ResultNames } = {},
  ): ResultsOf<D> {
    const { op, values } = constructOp(
      {
        definition,
        operands: operands as Record<string, Slot>,
        attributes: attributes as Record<string, unknown>,
        span: anchor.span,
        location: anchor.location,
        ...rest,
      },
      this.#next,
      (value) => this.typeOf(value),
    );
    for (const value of values) this.#createdValues.set(value.id, value);
    this.#insertedBefore.set(anchor.id, [...(this.#insertedBefore.get(anchor.id) ?? []), op]);
    return op.results as ResultsOf<D>;
  }

  /** Every use of `value` becomes a use of `by`; a nameless new value takes over the name. */
  replace(value: ValueId, by: ValueId): void {
    this.#replaced.set(value, by);
    const created = this.#createdValues.get(by);
    const { name, span } = valueAt(this.module, value);
    if (created && created.name === undefined)
      this.#createdValues.set(by, { ...created, ...(name !== undefined && { name }), ...(span && { span }) });
  }

  erase(op: OpId): void {
    this.#erased.add(op);
  }

  isErased(op: OpId): boolean {
    return this.#erased.has(op);
  }

  /** Puts a changed record in the place of the op with the same id. */
  update(op: Op): void {
    this.#updated.set(op.id, op);
  }

  retype(value: ValueId, type: Type): void {
    this.#retyped.set(value, type);
  }

  setResources(resources: Module["resources"]): void {
    this.#resources = resources;
  }

  commit(): Module {
    const edits: Edits = {
      ...noEdits(this.module),
      insertedBefore: this.#insertedBefore,
      createdValues: [...this.#createdValues.values()],
      erased: this.#erased,
      replaced: this.#replaced,
      updated: this.#updated,
      retyped: this.#retyped,
      resources: this.#resources,
      next: this.#next,
    };
    const idle =
      this.#insertedBefore.size +
        this.#erased.size +
        this.#replaced.size +
        this.#updated.size +
        this.#retyped.size ===
        0 && this.#resources === undefined;
    return idle ? this.module : applyEdits(this.module, edits);
  }
}
