import { error, type Span } from "../diagnostics/diagnostic.ts";
import type { BlockId, OpId, Value, ValueId } from "../ir/module.ts";
import { same, type Type } from "../ir/types.ts";
import type { AttributeResolver } from "./resolve-attributes.ts";
import { Scope } from "./scope.ts";
import type { Name, ResultSyntax } from "./syntax.ts";
import { unreadable } from "./unreadable.ts";

/** Labels of the blocks of one region; a label may be used before its block stands. */
type Labels = Map<string, { readonly id: BlockId; defined: boolean; readonly use: Span }>;

/** What is visible in one region. */
interface Visible {
  readonly scope: Scope;
  readonly labels: Labels;
}

/** An operand type as a generic op states it. */
interface Stated {
  readonly value: ValueId;
  readonly type: Type;
  readonly span: Span;
}

/** The values and blocks of a file by name, region by region. */
export class NameTable {
  readonly values: Record<ValueId, Value> = {};
  readonly next = { value: 0, block: 0 };
  readonly #resolver: AttributeResolver;
  readonly #dropped: ReadonlySet<string>;
  readonly #stated: Stated[] = [];
  #visible: Visible = { scope: new Scope(), labels: new Map() };

  /** `dropped`: names lost with a statement that could not be read; using them is no further error. */
  constructor(resolver: AttributeResolver, dropped: ReadonlySet<string>) {
    this.#resolver = resolver;
    this.#dropped = dropped;
  }

  /** Opens a region; give what it returns to `leave`. */
  enter(isolated: boolean): Visible {
    const outer = this.#visible;
    this.#visible = { scope: new Scope(isolated ? undefined : outer.scope), labels: new Map() };
    return outer;
  }

  leave(outer: Visible, isolated: boolean): void {
    const { scope, labels } = this.#visible;
    for (const [text, { defined, use }] of labels)
      if (!defined)
        this.#resolver.report(
          error("undefined-block", `block ${text} is not defined in this region`, { span: use }),
        );
    if (isolated)
      for (const diagnostic of scope.undefinedNames(this.#dropped)) this.#resolver.report(diagnostic);
    this.#visible = outer;
  }

  use(name: Name): ValueId {
    return this.#visible.scope.use(name, () => this.next.value++ as ValueId);
  }

  define(name: Name, type: Type, definedBy: OpId | undefined): ValueId {
    const earlier = this.#visible.scope.find(name.text);
    if (earlier !== undefined)
      this.#resolver.report(
        error("redefined-value", `${name.text} is already defined`, {
          span: name.span,
          notes: [{ message: "first defined here", span: this.values[earlier]?.span }],
        }),
      );
    const id = this.#visible.scope.define(name.text, () => this.next.value++ as ValueId);
    const text = name.text.slice(1).replace("#", "_");
    this.values[id] = { id, type, definedBy, span: name.span, ...(!/^\d/.test(text) && { name: text }) };
    return id;
  }

  unnamed(type: Type, definedBy: OpId | undefined): ValueId {
    const id = this.next.value++ as ValueId;
    this.values[id] = { id, type, definedBy };
    return id;
  }

  argument(name: Name | undefined, type: Type): ValueId {
    return name ? this.define(name, type, undefined) : this.unnamed(type, undefined);
  }

  /** The id of a block that stands here. */
  block(label: Name | undefined): BlockId {
    if (!label) return this.next.block++ as BlockId;
    const id = this.label(label);
    const entry = this.#visible.labels.get(label.text)!;
    if (entry.defined)
      this.#resolver.report(
        error("redefined-block", `block ${label.text} is already defined`, { span: label.span }),
      );
    entry.defined = true;
    return id;
  }

  /** The id of a block that is named. */
  label(name: Name): BlockId {
    const { labels } = this.#visible;
    const known = labels.get(name.text);
    if (known) return known.id;
    const id = this.next.block++ as BlockId;
    labels.set(name.text, { id, defined: false, use: name.span });
    return id;
  }

  state(stated: Stated): void {
    this.#stated.push(stated);
  }

  /** Once every value has its type: the types generic ops state must be theirs. */
  checkStatedTypes(): void {
    for (const { value, type, span } of this.#stated) {
      const actual = this.values[value];
      if (!actual || actual.type === unreadable || type === unreadable || same(actual.type, type)) continue;
      this.#resolver.report(
        error("operand-type", "the operand's type is not the one stated here", {
          span,
          notes: [{ message: "it is defined here", span: actual.span }],
        }),
      );
    }
  }
}

/** Results a pack `%a:n` may have at most. */
const MAX_PACK = 1000;

/** `%a:2, %b` names %a#0, %a#1 and %b. */
export function expandPacks(results: readonly ResultSyntax[]): readonly Name[] {
  const names: Name[] = [];
  for (const { name, count } of results)
    if (count === undefined) names.push(name);
    else
      for (let i = 0; i < Math.min(count, MAX_PACK); i++)
        names.push({ text: `${name.text}#${i}`, span: name.span });
  return names;
}
