import type { Registry } from "../../compiler/define/dialect.ts";
import type { KernelContext, Precision, RuntimeValue } from "../../compiler/define/kernel.ts";
import { hasTrait, isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import {
  type Diagnostic,
  error,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../compiler/diagnostics/diagnostic.ts";
import { didYouMean } from "../../compiler/diagnostics/suggest.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import {
  blockAt,
  type Module,
  type Op,
  type OpId,
  opAt,
  operandsOf,
  type Slot,
  slotsOf,
  topLevel,
  type ValueId,
  valueAt,
} from "../../compiler/ir/module.ts";
import { lookupSymbol, symbolNameOf } from "../../compiler/ir/symbols.ts";
import type { FunctionType } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { denseResults, type Executable, functionTypeOf, publicFunctions } from "../backend.ts";
import { fitInput } from "./inputs.ts";
import { lastUses } from "./last-uses.ts";
import type { Frame, Pause } from "./pause.ts";

export interface InterpreterOptions {
  readonly precision: Precision;
  /** Sees every result: the function, the value's name in the text, and the value. */
  readonly trace?: (entry: string, name: string, op: Op, value: RuntimeValue) => void;
  /** Sees the operands of every op, by slot, before it runs; may end the run there, with code STOPPED. */
  readonly observe?: (entry: string, op: Op, inputs: OperandValues) => "stop" | undefined;
  /** What ops of one result give, instead of being run. */
  readonly replaced?: ReadonlyMap<OpId, RuntimeValue>;
}
export type OperandValues = Readonly<Record<string, RuntimeValue | readonly RuntimeValue[] | undefined>>;

/** Code of the diagnostic a run ends with when `observe` stops it. */
export const STOPPED = "stopped";

/** How deep calls may nest; the language has no recursion, so this is far beyond any program. */
const MAX_CALLS = 100;

/** Runs a verified module op by op with the dialects' kernels: the oracle of every backend. */
export class Interpreter implements Executable {
  readonly entries: ReadonlyMap<string, FunctionType>;
  readonly #functions = new Map<string, Op>();
  readonly #module: Module;
  readonly #registry: Registry;
  readonly #constants: ConstantStore;
  readonly #options: InterpreterOptions;
  readonly #memory = new WeakMap<object, unknown>();
  #depth = 0;
  /** Frames of a paused run that calls still have to take up, outermost first. */
  #pending: readonly Frame[] = [];
  /** Of a run that may pause: where it stands, filled from the inside when it stops. */
  #frames: Frame[] | undefined;
  /** Of such a run: every op that was run or looked up, in order. */
  #log: OpId[] = [];

  constructor(
    module: Module,
    registry: Registry,
    constants: ConstantStore,
    options: InterpreterOptions = { precision: "f32" },
  ) {
    this.#module = module;
    this.#registry = registry;
    this.#constants = constants;
    this.#options = options;
    for (const op of topLevel(module)) {
      const name = symbolNameOf(op);
      if (name !== undefined && functionTypeOf(op)) this.#functions.set(name, op);
    }
    this.entries = publicFunctions(module);
  }

  /** Runs a function on dense tensors. */
  run(entry: string, inputs: readonly Tensor[]): Result<readonly Tensor[]> {
    const outputs = this.runValues(entry, inputs);
    if (!outputs.ok) return outputs;
    return denseResults(entry, outputs.value);
  }

  /** As `run`, for functions that take or give quantized values; floats given for those are rounded to them. */
  runValues(entry: string, inputs: readonly RuntimeValue[]): Result<readonly RuntimeValue[]> {
    const op = this.#functions.get(entry);
    if (!op)
      return fail(
        error("unknown-entry", `the module has no function @${entry}`, {
          hint: didYouMean(entry, [...this.#functions.keys()]),
        }),
      );
    const type = functionTypeOf(op)!;
    if (inputs.length !== type.inputs.length)
      return fail(
        error("input-count", `@${entry} takes ${type.inputs.length} inputs, found ${inputs.length}`, {
          span: op.span,
        }),
      );
    const { precision } = this.#options;
    const fitted = inputs.map((input, place) =>
      fitInput(input, { type: type.inputs[place]!, place, entry, precision, registry: this.#registry }),
    );
    const wrong = fitted.filter(isMismatch);
    if (wrong.length > 0) return fail(...wrong.map((problem) => located(problem, op)));
    this.#depth = 0;
    const outputs = this.#call(op, fitted as RuntimeValue[]);
    return "severity" in outputs ? fail(outputs) : ok(outputs);
  }

  /**
   * Runs until `observe` says stop, and gives where the run stands then; undefined where it came to its end. With
   * `from`, a pause carried over to this module, it goes on from there: its values are those of a whole run.
   */
  advance(entry: string, inputs: readonly RuntimeValue[], from?: Pause): Result<Pause | undefined> {
    if (from && from.module !== this.#module) return unreachable("the pause is one of another module");
    this.#pending = from?.frames ?? [];
    this.#frames = [];
    this.#log = [];
    const outputs = this.runValues(entry, inputs);
    const frames = this.#frames;
    this.#frames = undefined;
    this.#pending = [];
    if (outputs.ok) return ok(undefined);
    const isStopped = outputs.diagnostics.some(({ code }) => code === STOPPED);
    return isStopped ? ok({ module: this.#module, frames }) : outputs;
  }

  /** Goes on from a pause carried over to this module to the end: the outputs are those of a whole run. */
  resume(entry: string, inputs: readonly RuntimeValue[], from: Pause): Result<readonly RuntimeValue[]> {
    if (from.module !== this.#module) return unreachable("the pause is one of another module");
    this.#pending = from.frames;
    return this.runValues(entry, inputs);
  }

  /** Runs a function's body; a diagnostic names the op that could not be run. */
  #call(callee: Op, inputs: readonly RuntimeValue[]): readonly RuntimeValue[] | Diagnostic {
    const [entry, ...others] = callee.regions[0] ?? [];
    const name = symbolNameOf(callee) ?? "";
    if (entry === undefined)
      return error("no-body", `@${name} is declared but not defined`, { span: callee.span });
    if (others.length > 0)
      return error("control-flow", `@${name} has several blocks, which the interpreter does not run`, {
        span: callee.span,
      });
    if (++this.#depth > MAX_CALLS)
      return error("recursive-call", `@${name} is called recursively`, { span: callee.span });
    const block = blockAt(this.#module, entry);
    const [frame, ...inner] = this.#pending;
    const environment = new Map<ValueId, RuntimeValue>(
      frame ? frame.environment : block.arguments.map((value, i) => [value, inputs[i]!]),
    );
    const steps = new Map(frame?.steps);
    // What earlier advances ran in this function is part of what the call that is under way rests on.
    if (this.#frames) for (const rests of steps.values()) this.#log.push(...rests);
    const releases = lastUses(this.#module, block);
    const rest = frame ? block.ops.slice(block.ops.indexOf(frame.at)) : block.ops;
    this.#pending = [];
    for (const id of [...(frame?.again ?? []), ...rest]) {
      // The op that the run stood before makes the call that the next frame is of.
      if (id === frame?.at) this.#pending = inner;
      const op = opAt(this.#module, id);
      const definition = this.#registry.op(op.name);
      if (definition && hasTrait(definition, "terminator")) {
        this.#depth--;
        this.#log.push(id);
        return operandsOf(op).map((value) => environment.get(value)!);
      }
      const logged = this.#log.length;
      const problem = this.#step(op, name, environment);
      if (problem) {
        if (problem.code === STOPPED)
          this.#frames?.unshift({ function: name, at: id, environment, again: [], steps });
        return problem;
      }
      if (this.#frames) {
        this.#log.push(id);
        steps.set(id, this.#log.slice(logged));
      }
      for (const value of releases.get(id) ?? []) environment.delete(value);
    }
    return error("terminator", `@${name} does not return`, { span: callee.span });
  }

  #step(op: Op, entry: string, environment: Map<ValueId, RuntimeValue>): Diagnostic | undefined {
    const kernel = this.#registry.kernel(op.name);
    if (!kernel) return error("no-kernel", `the interpreter cannot run ${op.name}`, { span: op.span });
    const inputs: OperandValues = Object.fromEntries(
      slotsOf(op).map(([key, slot]) => [
        key,
        slot === undefined
          ? undefined
          : typeof slot === "number"
            ? environment.get(slot)!
            : slot.map((value) => environment.get(value)!),
      ]),
    );
    if (this.#options.observe?.(entry, op, inputs) === "stop")
      return error(STOPPED, `the run was stopped at ${op.name}`, { span: op.span });
    const context = this.#context(op.id);
    const replacement = this.#options.replaced?.get(op.id);
    const outputs = replacement
      ? { [Object.keys(op.results)[0]!]: replacement }
      : kernel.evaluate(op, inputs, context.kernel);
    if (isMismatch(outputs)) return context.problem() ?? located(outputs, op);
    for (const [key, slot] of Object.entries(op.results) as [string, Slot][]) {
      const given = outputs[key] as RuntimeValue | readonly RuntimeValue[];
      const values = typeof slot === "number" ? [slot] : (slot ?? []);
      for (const [i, value] of values.entries()) {
        const result = (Array.isArray(given) ? given[i] : given) as RuntimeValue;
        environment.set(value, result);
        this.#options.trace?.(entry, valueAt(this.#module, value).name ?? "", op, result);
      }
    }
    return undefined;
  }

  /** `problem` is the diagnostic of a callee or of the store, which says more than the kernel's own. */
  #context(op: OpId): { readonly kernel: KernelContext; problem(): Diagnostic | undefined } {
    let problem: Diagnostic | undefined;
    const refuse = (diagnostic: Diagnostic): Mismatch => {
      problem = diagnostic;
      return mismatch(diagnostic.code, diagnostic.message);
    };
    let calls = 0;
    const symbol = (path: readonly string[]) => {
      const definition = lookupSymbol(this.#module, op, path);
      if (this.#frames && definition) this.#log.push(definition.id);
      return definition;
    };
    const kernel: KernelContext = {
      precision: this.#options.precision,
      typeOf: (value) => valueAt(this.#module, value).type,
      symbol,
      call: (path, inputs) => {
        const callee = symbol(path);
        const outputs = callee
          ? this.#call(callee, inputs)
          : error("undefined-symbol", `@${path.join("::@")} is not defined`);
        // The calls that an op made before leave no frame; the run then stands before the op itself.
        if (calls++ > 0 && "severity" in outputs) this.#frames?.splice(0);
        return "severity" in outputs ? refuse(outputs) : outputs;
      },
      resource: (key) => {
        const bytes = this.#constants.read(key, this.#module.resources[key]);
        return bytes.ok
          ? bytes.value
          : refuse({ ...bytes.diagnostics[0]!, span: opAt(this.#module, op).span });
      },
      memo: <T>(key: object, compute: () => T): T => {
        if (!this.#memory.has(key)) this.#memory.set(key, compute());
        return this.#memory.get(key) as T;
      },
    };
    return { kernel, problem: () => problem };
  }
}

const located = ({ blames: _, ...problem }: Mismatch, op: Op): Diagnostic => ({
  severity: "error",
  span: op.span,
  ...problem,
});
