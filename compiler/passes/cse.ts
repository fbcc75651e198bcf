import type { Registry } from "../define/dialect.ts";
import { applied, type Explain, type Outcome, refused, siteOf } from "../define/explanation.ts";
import { hasTrait } from "../define/op.ts";
import { definePass, type PassContext } from "../define/pass.ts";
import { ok } from "../diagnostics/diagnostic.ts";
import {
  type BlockId,
  blockAt,
  type Module,
  type Op,
  opAt,
  operandsOf,
  resultsOf,
  type ValueId,
  valueAt,
} from "../ir/module.ts";
import { same } from "../ir/types.ts";
import { Editor } from "../rewrite/editor.ts";

/** Merges pure ops that compute the same; casts that lose precision are left alone. */
export const cse = definePass({
  name: "cse",
  summary: "Merges equal pure ops (common subexpressions).",
  options: {},
  contract: { kind: "exact" },
  explains: "pure ops after another one on the same operands",
  run(module, _options, { registry, explain }) {
    const editor = new Editor(module);
    const merging = new Merging(module, editor, { registry, explain });
    merging.op(opAt(module, module.root));
    return ok(editor.commit());
  },
});

/** Walks regions with the ops seen so far; what an inner region sees is forgotten when it ends. */
class Merging {
  readonly #module: Module;
  readonly #editor: Editor;
  readonly #registry: Registry;
  readonly #explain: Explain | undefined;
  readonly #merged = new Map<ValueId, ValueId>();
  #seen = new Map<string, Op[]>();

  constructor(
    module: Module,
    editor: Editor,
    { registry, explain }: Pick<PassContext, "registry" | "explain">,
  ) {
    this.#module = module;
    this.#editor = editor;
    this.#registry = registry;
    this.#explain = explain;
  }

  op(op: Op): void {
    for (const region of op.regions) {
      const outer = this.#seen;
      for (const block of region) {
        // Blocks of one region do not dominate each other in general, so each starts from the outside.
        this.#seen = new Map([...outer].map(([key, ops]) => [key, [...ops]]));
        this.#block(block);
      }
      this.#seen = outer;
    }
  }

  #block(id: BlockId): void {
    for (const child of blockAt(this.#module, id).ops) {
      const op = opAt(this.#module, child);
      if (op.regions.length > 0) this.op(op);
      else this.#merge(op);
    }
  }

  #merge(op: Op): void {
    const definition = this.#registry.op(op.name);
    if (!definition || !hasTrait(definition, "pure")) return;
    const operands = this.#operands(op);
    const key = `${op.name}(${(hasTrait(definition, "commutative") ? operands.toSorted((a, b) => a - b) : operands).join()})`;
    const candidates = this.#seen.get(key) ?? [];
    const twin = candidates.find((other) => this.#equal(op, other));
    const keepsApart = hasTrait(definition, "not-foldable");
    if (!twin || keepsApart) {
      const why = twin ? `each ${op.name} is one of its own` : "attributes or types differ";
      if (candidates.length > 0 && operands.length > 0)
        this.#tell(op, refused(`${why}, beside ${this.#nameOf(twin ?? candidates[0]!)}`));
      this.#seen.set(key, [...candidates, op]);
      return;
    }
    this.#tell(op, applied(`it is ${this.#nameOf(twin)}`));
    for (const [i, value] of resultsOf(op).entries()) {
      this.#editor.replace(value, resultsOf(twin)[i]!);
      this.#merged.set(value, resultsOf(twin)[i]!);
    }
    this.#editor.erase(op.id);
  }

  #tell(op: Op, outcome: Outcome): void {
    this.#explain?.({ ...siteOf(this.#module, op), rule: "merge", outcome });
  }

  #nameOf(op: Op): string {
    return siteOf(this.#module, op).subject ?? `an unnamed ${op.name}`;
  }

  #operands(op: Op): ValueId[] {
    return operandsOf(op).map((value) => this.#merged.get(value) ?? value);
  }

  #equal(op: Op, other: Op): boolean {
    const types = (each: Op) => resultsOf(each).map((value) => valueAt(this.#module, value).type);
    return (
      same(op.attributes, other.attributes) && same(types(op), types(other)) && same(op.extra, other.extra)
    );
  }
}
