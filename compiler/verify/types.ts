import type { Registry } from "../define/dialect.ts";
import type { Mismatch } from "../define/op.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { type Module, type Op, resultsOf, valueAt } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";

/** Checks the laws of parametric types, once per type object. */
export class TypeVerifier {
  readonly #registry: Registry;
  readonly #checked = new WeakSet<Type>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The types of the values an op defines. */
  verify(module: Module, op: Op): readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    for (const value of resultsOf(op)) {
      const { type, span } = valueAt(module, value);
      if (this.#checked.has(type)) continue;
      this.#checked.add(type);
      for (const problem of this.problems(type)) diagnostics.push(located(problem, span ?? op.span));
    }
    return diagnostics;
  }

  problems(type: Type): readonly Mismatch[] {
    if (type.kind === "dialect") return this.#registry.type(type.name)?.verify?.(type.parameters) ?? [];
    if (type.kind !== "tensor") return [];
    const { element, encoding } = type;
    const inElement = this.problems(element);
    const asElement =
      element.kind === "dialect"
        ? this.#registry.type(element.name)?.verifyInTensor?.(element.parameters, type)
        : [];
    const asEncoding =
      encoding?.kind === "dialect"
        ? this.#registry.attribute(encoding.name)?.verifyInTensor?.(encoding.parameters, type)
        : [];
    return [...inElement, ...(asElement ?? []), ...(asEncoding ?? [])];
  }
}

const located = ({ blames: _, ...problem }: Mismatch, span: Span | undefined): Diagnostic => ({
  severity: "error",
  span,
  ...problem,
});
