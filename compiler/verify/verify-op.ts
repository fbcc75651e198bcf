import { type AnyOp, isMismatch, type Mismatch, type VerifyContext } from "../define/op.ts";
import { type Diagnostic, error, type Note } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { parentOf } from "../ir/analysis.ts";
import { describeType } from "../ir/describe.ts";
import {
  attributesOf,
  type Module,
  type Op,
  type Slot,
  slotsOf,
  type ValueId,
  valueAt,
} from "../ir/module.ts";
import { lookupSymbol, symbolTables } from "../ir/symbols.ts";
import { compatible, type Type } from "../ir/types.ts";

/** Checks one op against its declaration: operands, inferred results, symbols, then the op's own laws. */
export function verifyOp(op: Op, definition: AnyOp, module: Module): readonly Diagnostic[] {
  const operandProblems = [
    ...verifyOperands(op, definition, module),
    ...verifyResults(op, definition, module),
  ];
  if (operandProblems.length > 0) return operandProblems;
  const inferred = verifyInference(op, definition, module);
  if (inferred.length > 0) return inferred;
  const symbols = verifySymbols(op, definition, module);
  if (symbols.length > 0 || !definition.spec.verify) return symbols;
  const context: VerifyContext = {
    module,
    typeOf: (value) => valueAt(module, value).type,
    symbol: (path) => lookupSymbol(module, op.id, path),
    parent: parentOf(module, op.id),
  };
  return definition.spec.verify(op as never, context).map((problem) => located(problem, op, module));
}

function verifyOperands(op: Op, { spec }: AnyOp, module: Module): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [name, slot] of slotsOf(op)) {
    const specification = spec.operands[name];
    if (!specification) continue;
    for (const value of typeof slot === "number" ? [slot] : (slot ?? [])) {
      const { type } = valueAt(module, value);
      if (specification.constraint.accepts(type)) continue;
      diagnostics.push(
        error(
          "operand-type",
          `${name} of ${op.name} must be ${specification.constraint.describe}, not ${describeType(type)}`,
          {
            span: op.span,
            notes: definitions(slot, module),
          },
        ),
      );
    }
  }
  return diagnostics;
}

/** Results of a kind the op cannot have; where types are inferred, inference says more. */
function verifyResults(op: Op, { spec }: AnyOp, module: Module): readonly Diagnostic[] {
  if (spec.infer) return [];
  return (Object.entries(op.results) as [string, Slot][]).flatMap(([name, slot]) =>
    (typeof slot === "number" ? [slot] : (slot ?? [])).flatMap((value) => {
      const { type, span } = valueAt(module, value);
      const constraint = spec.results[name]?.constraint;
      if (!constraint || constraint.accepts(type)) return [];
      const message = `${name} of ${op.name} must be ${constraint.describe}, not ${describeType(type)}`;
      return [error("result-type", message, { span: span ?? op.span })];
    }),
  );
}

function verifyInference(op: Op, { spec }: AnyOp, module: Module): readonly Diagnostic[] {
  if (!spec.infer) return [];
  const inferred = spec.infer(slotTypes(op.operands, module), attributesOf(op));
  if (isMismatch(inferred)) return [located(inferred, op, module)];
  const diagnostics: Diagnostic[] = [];
  for (const [name, slot] of Object.entries(op.results) as [string, Slot][]) {
    const expected = [(inferred as Record<string, Type | readonly Type[]>)[name] ?? []].flat() as Type[];
    const found = typeof slot === "number" ? [slot] : (slot ?? []);
    for (const [i, value] of found.entries()) {
      const { type, span } = valueAt(module, value);
      const wanted = expected[i];
      if (wanted && compatible(type, wanted)) continue;
      diagnostics.push(
        error(
          "result-type",
          `${name} of ${op.name} is ${wanted ? describeType(wanted) : "nothing"}, not ${describeType(type)}`,
          {
            span: span ?? op.span,
            ...(wanted && { hint: `write ${describeType(wanted)}` }),
          },
        ),
      );
    }
  }
  return diagnostics;
}

function verifySymbols(op: Op, { spec }: AnyOp, module: Module): readonly Diagnostic[] {
  return Object.entries(spec.attributes).flatMap(([key, { role }]) => {
    const path = attributesOf(op)[key];
    if (role !== "symbol-reference" || !Array.isArray(path) || lookupSymbol(module, op.id, path as string[]))
      return [];
    const known = [...(symbolTables(module).get(module.root)?.keys() ?? [])];
    return [
      error("undefined-symbol", `@${path.join("::@")} is not defined`, {
        span: op.span,
        hint: didYouMean(String(path.at(-1)), known.slice(0, 1000)),
      }),
    ];
  });
}

/** Types of slots, in the shape of the slots. */
export function slotTypes(slots: object, module: Module): Record<string, Type | readonly Type[] | undefined> {
  const typeOf = (value: ValueId) => valueAt(module, value).type;
  const types: Record<string, Type | readonly Type[] | undefined> = {};
  for (const [name, slot] of Object.entries(slots) as [string, Slot][])
    types[name] = slot === undefined ? undefined : typeof slot === "number" ? typeOf(slot) : slot.map(typeOf);
  return types;
}

function located({ blames, ...problem }: Mismatch, op: Op, module: Module): Diagnostic {
  const slot = blames === undefined ? undefined : (op.operands as Record<string, Slot>)[blames];
  const notes = definitions(slot, module);
  return { severity: "error", span: op.span, ...problem, ...(notes.length > 0 && { notes }) };
}

function definitions(slot: Slot, module: Module): readonly Note[] {
  const values = slot === undefined ? [] : typeof slot === "number" ? [slot] : slot;
  return values.flatMap((value) => {
    const { type, span, name } = valueAt(module, value);
    return span
      ? [{ message: `${name === undefined ? "it" : `%${name}`} is ${describeType(type)}`, span }]
      : [];
  });
}
