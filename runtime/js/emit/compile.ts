import type { Registry } from "../../../compiler/define/dialect.ts";
import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { ConstantStore } from "../../../compiler/ir/constants.ts";
import {
  blockAt,
  type Module,
  type Op,
  opAt,
  topLevel,
  type ValueId,
  valueAt,
} from "../../../compiler/ir/module.ts";
import { func, returnOp } from "../../../dialects/func/ops.ts";
import type { Entry, Kernels, Program } from "../artifact/program.ts";
import { RESERVED } from "../artifact/threads.ts";
import { assembleKernels, type Kernel } from "../kernel.ts";
import { Constants } from "./constants.ts";
import { EntryBuilder, type PendingPort } from "./entry-builder.ts";
import { type ExtentLimits, idleLimits, limitOf } from "./extent-limits.ts";
import { languageModelOf } from "./language-model.ts";
import { type OpLowering, Refusal, refuse } from "./lowering.ts";
import { lowerings } from "./lowerings/index.ts";
import { bestFit, type MemoryPlan } from "./plan-memory.ts";
import { argumentValue, portsOf } from "./ports.ts";
import { sequenceOf } from "./sequence.ts";
import { LoweringSession, type ModuleState, unboundedExtent } from "./session.ts";
import type { LoweredValue } from "./values.ts";

export interface CompileOptions {
  /** Each must be of an open extent. */
  readonly extents: ExtentLimits;
  /** The same for others; where it does not know, memory cannot be laid out, which is an error. */
  extentOf?(argument: string): number | undefined;
}

export interface Compiled {
  readonly program: Program;
  readonly kernels: Kernels;
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Per function: bytes of its arena, the least that any plan needs, and what best fit in program order would take. */
  readonly plans: readonly { readonly entry: string; readonly plan: MemoryPlan; readonly bestFit: number }[];
}

interface Pending {
  readonly name: string;
  readonly builder: EntryBuilder;
  readonly inputs: readonly PendingPort[];
  readonly outputs: readonly PendingPort[];
}

const byName: ReadonlyMap<string, OpLowering> = new Map(lowerings.map((each) => [each.op.name, each]));

/** Compiles the public functions of a verified module. Everything that cannot be compiled is reported. */
export function compile(
  module: Module,
  registry: Registry,
  store: ConstantStore,
  { extents, extentOf }: CompileOptions,
): Result<Compiled> {
  const constants = new Constants();
  const state: ModuleState = {
    module,
    registry,
    store,
    constants,
    workspace: 0,
    maximumOf: (argument) => limitOf(extents, argument) ?? extentOf?.(argument),
  };
  const functions = topLevel(module).filter(
    (op) => func.is(op) && op.attributes.sym_visibility !== "private",
  );
  const pending: Pending[] = [];
  const problems: Diagnostic[] = [];
  for (const op of functions) {
    const lowered = lowerEntry(op, state);
    if (lowered.ok) pending.push(lowered.value);
    else problems.push(...lowered.diagnostics);
  }
  if (functions.length === 0)
    problems.push(error("no-entry", "the module has no public function to compile"));
  const most =
    ({ builder }: Pending) =>
    (symbol: number) =>
      state.maximumOf(builder.symbols.nameOf(symbol)) ?? 0;
  const names = pending.flatMap(({ builder }) =>
    builder.symbols.free.map((symbol) => builder.symbols.nameOf(symbol)),
  );
  if (problems.length === 0)
    problems.push(
      ...idleLimits(extents, names).map((name) =>
        error("option-without-effect", `no argument ${name} has an open extent of its own`, {
          hint: `open extents: ${[...new Set(names)].join(", ") || "none"}`,
        }),
      ),
    );
  const unbounded = names.filter((name) => state.maximumOf(name) === undefined);
  if (problems.length === 0)
    problems.push(...[...new Set(unbounded)].map((name) => located(unboundedExtent(name), undefined)));
  if (problems.length > 0) return fail(...problems);
  const kernels = uniqueKernels(pending.flatMap(({ builder }) => builder.kernels));
  const plans = pending.map((each) => each.builder.plan(most(each)));
  const weights = constants.bytes();
  const arena = RESERVED + weights.length;
  const peak = Math.max(0, ...plans.map((plan) => plan.peak));
  const numbers = new Map(kernels.map(({ name }, i) => [name, i]));
  const layout = {
    weights: RESERVED,
    arena,
    workspace: arena + peak,
    kernelNumber: ({ name }: Kernel) => numbers.get(name)!,
  };
  const entries = pending.map((each, i): [string, Entry] => [
    each.name,
    each.builder.finish(each.inputs, each.outputs, plans[i]!, { ...layout, maximumOf: most(each) }),
  ]);
  const sequences = entries.map(([name, entry]) => sequenceOf(name, entry));
  const model = languageModelOf(module);
  const program: Program = {
    weights: { byteLength: weights.length, sha256: store.add(weights).sha256 },
    memory: { weights: RESERVED, end: arena + peak, workspace: state.workspace },
    kernels: kernels.map(({ name, parameters }) => ({
      name,
      workspace: parameters.indexOf("workspace"),
    })),
    entries: Object.fromEntries(entries),
    ...(model && { model }),
  };
  return ok({
    program,
    kernels: {
      baseline: assembleKernels(kernels, { relaxed: false }, sequences),
      relaxed: assembleKernels(kernels, { relaxed: true }, sequences),
    },
    weights,
    plans: pending.map(({ name, builder }, i) => ({
      entry: name,
      plan: plans[i]!,
      bestFit: bestFit(builder.intervals(most(pending[i]!))).peak,
    })),
  });
}

const uniqueKernels = (kernels: readonly Kernel[]): readonly Kernel[] => [
  ...new Map(kernels.map((kernel) => [kernel.name, kernel])).values(),
];

function lowerEntry(op: Op, state: ModuleState): Result<Pending> {
  const { module } = state;
  if (!func.is(op)) return fail(error("no-entry", "not a function"));
  const builder = new EntryBuilder();
  let current: Op = op;
  const lowerBody = (callee: Op, inputs: readonly LoweredValue[]): readonly LoweredValue[] => {
    const session = new LoweringSession(state, builder, lowerBody);
    const block = blockAt(
      module,
      callee.regions[0]?.[0] ?? refuse(mismatch("no-body", "it is declared but not defined")),
    );
    for (const [i, argument] of block.arguments.entries()) session.define(argument, inputs[i]!);
    for (const id of block.ops) {
      const each = opAt(module, id);
      current = each;
      session.enter(each);
      if (returnOp.is(each)) return each.operands.values.map((value) => session.value(value));
      const lowering =
        byName.get(each.name) ??
        refuse(
          mismatch("js-unsupported", `the js backend cannot compile ${each.name}`, {
            hint: "run the module with the interpreter, or rewrite the op by passes first",
          }),
        );
      lowering.lower(each, session);
    }
    return refuse(mismatch("terminator", "it does not return"));
  };
  try {
    const [block] = op.regions[0] ?? [];
    const parameters = block === undefined ? [] : blockAt(module, block).arguments;
    const given = parameters.map((value, i) => {
      const { name = `input${i}`, type } = valueAt(module, value);
      return { name, type, value: argumentValue(builder, name, type) };
    });
    const results = lowerBody(
      op,
      given.map(({ value }) => value),
    );
    const inputs = given.flatMap(portsOf);
    const outputs = results.flatMap((value, i) =>
      portsOf({ name: resultName(module, op, i), type: op.attributes.function_type.results[i]!, value }),
    );
    builder.keep(
      inputs.map(({ value }) => value),
      outputs.map(({ value }) => value),
    );
    return ok({ name: op.attributes.sym_name, builder, inputs, outputs });
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    return fail(located(problem.mismatch, current));
  }
}

const located = ({ code, message, hint }: Mismatch, op: Op | undefined): Diagnostic =>
  error(code, message, { span: op?.span, ...(hint !== undefined && { hint }) });

/** What the value that is returned is called, or its place where that is not unique. */
function resultName(module: Module, op: Op, place: number): string {
  const end = blockAt(module, op.regions[0]![0]!)
    .ops.map((id) => opAt(module, id))
    .find((each) => returnOp.is(each));
  const values: readonly ValueId[] = end && returnOp.is(end) ? end.operands.values : [];
  const names = values.map((value) => valueAt(module, value).name);
  const name = names[place];
  return name !== undefined && names.indexOf(name) === names.lastIndexOf(name) ? name : `output${place}`;
}
