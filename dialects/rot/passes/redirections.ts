import type { AttributesOf } from "../../../compiler/define/op.ts";
import { type Op, type OpId, opAt, type Slot, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { apply } from "../ops.ts";

/** Operands of single ops that are to be other values, collected over a sweep of an editor. */
export class Redirections {
  readonly #editor: Editor;
  /** By op, then by place among all its operands. */
  readonly #byOp = new Map<OpId, Map<number, ValueId>>();

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  redirect({ id }: Op, place: number, to: ValueId): void {
    this.#byOp.set(id, (this.#byOp.get(id) ?? new Map<number, ValueId>()).set(place, to));
  }

  /** A rot.apply before an op, named after what it maps. */
  insertApply(anchor: Op, input: ValueId, attributes: AttributesOf<typeof apply>): ValueId {
    const { name } = valueAt(this.#editor.module, input);
    const named = name === undefined ? {} : { names: { output: `${name}_${attributes.by.join("_")}` } };
    return this.#editor.insertBefore(anchor, apply, { input }, attributes, named).output;
  }

  /** Hands the changed records to the editor. */
  finish(): void {
    for (const [id, places] of this.#byOp) {
      const op = opAt(this.#editor.module, id);
      let place = 0;
      const next = (value: ValueId): ValueId => places.get(place++) ?? value;
      const operands = Object.fromEntries(
        (Object.entries(op.operands) as [string, Slot][]).map(([name, slot]) => [
          name,
          slot === undefined ? undefined : typeof slot === "number" ? next(slot) : slot.map(next),
        ]),
      );
      this.#editor.update({ ...op, operands });
    }
  }
}
