import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { ValueId } from "../ir/module.ts";
import type { Name } from "./syntax.ts";

/**
 * The value names visible in a region. A use may stand before its definition in the text; such a name
 * is pending until it is defined anywhere under the same isolated op (whether the definition
 * dominates the use is the verifier's question).
 */
export class Scope {
  readonly #names = new Map<string, ValueId>();
  readonly #parent: Scope | undefined;
  readonly #pending: Map<string, { readonly id: ValueId; readonly uses: Name[] }>;

  constructor(parent?: Scope) {
    this.#parent = parent;
    this.#pending = parent ? parent.#pending : new Map();
  }

  find(text: string): ValueId | undefined {
    const id = this.#names.get(text);
    return id !== undefined ? id : this.#parent?.find(text);
  }

  /** The value of a name that is used; `create` makes an id for one not yet defined. */
  use(name: Name, create: () => ValueId): ValueId {
    const id = this.find(name.text);
    if (id !== undefined) return id;
    const pending = this.#pending.get(name.text) ?? { id: create(), uses: [] };
    pending.uses.push(name);
    this.#pending.set(name.text, pending);
    return pending.id;
  }

  /** Binds a name; returns the id its earlier uses were given, if any, else makes one. */
  define(text: string, create: () => ValueId): ValueId {
    const pending = this.#pending.get(text);
    if (pending) this.#pending.delete(text);
    const id = pending?.id ?? create();
    this.#names.set(text, id);
    return id;
  }

  /** Names used but never defined; call at the end of an isolated region. */
  undefinedNames(dropped: ReadonlySet<string>): readonly Diagnostic[] {
    const known = [...this.#names.keys()];
    return [...this.#pending].flatMap(([text, { uses }]) =>
      dropped.has(text)
        ? []
        : uses.map((use) =>
            error("undefined-value", `${text} is not defined`, {
              span: use.span,
              hint: didYouMean(text, known.length > 12 ? nearby(text, known) : known),
            }),
          ),
    );
  }
}

/** With many names, only those that share a beginning are worth offering. */
const nearby = (text: string, known: readonly string[]): readonly string[] =>
  known.filter((name) => name[1] === text[1]).slice(0, 50);
