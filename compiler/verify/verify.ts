import type { Registry } from "../define/dialect.ts";
import { hasTrait } from "../define/op.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { error } from "../diagnostics/diagnostic.ts";
import { type Block, blockAt, type Module, type Op, opAt, walk } from "../ir/module.ts";
import { symbolNameOf } from "../ir/symbols.ts";
import { verifyDominance } from "./dominance.ts";
import { verifyResources } from "./resources.ts";
import { TypeVerifier } from "./types.ts";
import { verifyOp } from "./verify-op.ts";

/**
 * What holds of every verified module:
 * - Every op is declared by a registered dialect, or unregistered ops are allowed and it is one.
 * - Operands and results number and type as declared; result types agree with inference; the op's own laws hold.
 * - Types and attributes with parameters satisfy their laws, alone and in the tensor they are in.
 * - Every operand is defined before its use on every path, and visible from it.
 * - A block of a region ends in a terminator, and no terminator stands elsewhere; regions number as declared.
 * - Symbols are unique in their table, and every reference names one.
 * - The bytes of a resource are as many as the type beside it says.
 * - Where all that holds, the laws that dialects have for whole modules hold too.
 * - A file is not verified further than its broken part allows, but all independent problems are reported.
 */
export function verify(
  module: Module,
  registry: Registry,
  { allowUnregistered }: { readonly allowUnregistered: boolean } = { allowUnregistered: false },
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const types = new TypeVerifier(registry);
  for (const op of walk(module)) {
    const definition = registry.op(op.name);
    if (!definition && !allowUnregistered)
      diagnostics.push(error("unknown-op", `no registered dialect defines ${op.name}`, { span: op.span }));
    diagnostics.push(...types.verify(module, op));
    if (definition) diagnostics.push(...verifyOp(op, definition, module));
    if (op.regions.length > 0 || definition?.spec.regions)
      diagnostics.push(...verifyRegions(op, module, registry));
  }
  const found = [...diagnostics, ...verifyDominance(module), ...verifyResources(module)];
  if (found.length > 0) return inSourceOrder(found);
  return inSourceOrder(registry.dialects.flatMap((dialect) => dialect.laws?.(module, registry) ?? []));
}

const inSourceOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));

function verifyRegions(op: Op, module: Module, registry: Registry): readonly Diagnostic[] {
  const definition = registry.op(op.name);
  const declared = definition?.spec.regions?.length ?? 0;
  const declaration = definition?.spec.form === "function" && op.regions.length === 0;
  if (definition && !declaration && op.regions.length !== declared)
    return [
      error("region-count", `${op.name} has ${declared} regions, found ${op.regions.length}`, {
        span: op.span,
      }),
    ];
  const blocks = op.regions.flat().map((id) => blockAt(module, id));
  const holdsSymbols = definition !== undefined && hasTrait(definition, "symbol-table");
  return [
    ...blocks.flatMap((block) => verifyTerminators(block, op, holdsSymbols || !definition, module, registry)),
    ...duplicateSymbols(blocks, module),
  ];
}

function verifyTerminators(
  block: Block,
  owner: Op,
  mayEndOpen: boolean,
  module: Module,
  registry: Registry,
): readonly Diagnostic[] {
  const isTerminator = (op: Op) => {
    const definition = registry.op(op.name);
    return definition !== undefined && hasTrait(definition, "terminator");
  };
  const ops = block.ops.map((id) => opAt(module, id));
  const last = ops.at(-1);
  const early = ops.slice(0, -1).filter(isTerminator);
  const open = !mayEndOpen && (!last || (registry.op(last.name) !== undefined && !isTerminator(last)));
  return [
    ...early.map((op) =>
      error("terminator", `${op.name} must be the last op of its block`, { span: op.span }),
    ),
    ...(open
      ? [
          error("terminator", `a block of ${owner.name} must end in a terminator`, {
            span: last?.span ?? owner.span,
            hint: "end the block with return",
          }),
        ]
      : []),
  ];
}

function duplicateSymbols(blocks: readonly Block[], module: Module): readonly Diagnostic[] {
  const first = new Map<string, Op>();
  const diagnostics: Diagnostic[] = [];
  for (const op of blocks.flatMap((block) => block.ops.map((id) => opAt(module, id)))) {
    const name = symbolNameOf(op);
    if (name === undefined) continue;
    const earlier = first.get(name);
    if (!earlier) first.set(name, op);
    else
      diagnostics.push(
        error("redefined-symbol", `@${name} is already defined`, {
          span: op.span,
          notes: [{ message: "first defined here", span: earlier.span }],
        }),
      );
  }
  return diagnostics;
}
