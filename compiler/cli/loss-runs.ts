import { get } from "../../dialects/lowp/ops.ts";
import { Interpreter, type InterpreterOptions } from "../../runtime/interpreter/interpreter.ts";
import { type Pause, ranBefore } from "../../runtime/interpreter/pause.ts";
import type { Registry } from "../define/dialect.ts";
import type { Awaitable, LossIncrease } from "../define/pass.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { ConstantStore } from "../ir/constants.ts";
import { type Module, type OpId, walk } from "../ir/module.ts";
import type { FloatTensor, Tensor } from "../numeric/tensor.ts";
import { addScores, type Logits, logitsOf, meanScores, noScores } from "./loss-scores.ts";

/** What is run, and on what. */
export interface LossProgram {
  readonly registry: Registry;
  readonly constants: ConstantStore;
  readonly main: string;
  /** What its one input is given, one after another. */
  readonly inputs: readonly Tensor[];
  /** Whether an input is tokens, each of which says what comes after the one before it. */
  readonly areTokens: boolean;
}

/** Other numbers for parameters, by symbol. */
export type Numbers = ReadonlyMap<string, FloatTensor>;

/** Says what other numbers do to a program; see `Calibration.lossIncrease`. */
export interface LossMeter {
  increase(replaced: Numbers, around?: Numbers): Awaitable<Result<LossIncrease>>;
}

const NOTHING: Numbers = new Map();

/**
 * Compares a module with itself, some parameters replaced. Each input keeps the outputs of the module as it is,
 * rows · classes floats, and where its run stands before the parameter that was replaced last: the values that ops
 * still to come will use. A question about a later parameter goes on from there, as long as all others are as before.
 */
export class LossRuns implements LossMeter {
  readonly #program: LossProgram;
  readonly #module: Module;
  readonly #references: Logits[] = [];
  #pauses: (Pause | undefined)[] = [];
  /** What the runs that stand there were given. */
  #around = NOTHING;

  constructor(program: LossProgram, module: Module) {
    this.#program = program;
    this.#module = module;
  }

  /**
   * Sums are f64, in the order of the inputs. Codes: `loss-output` where the first output are no logits,
   * `calibration-missing` where the run never comes to a parameter.
   */
  increase(replaced: Numbers, around = NOTHING): Result<LossIncrease> {
    if (around !== this.#around) this.#pauses = [];
    this.#around = around;
    const { main, inputs, areTokens } = this.#program;
    const readers = readersOf(this.#module, replaced);
    const changed = this.#interpreter({
      replaced: readersOf(this.#module, new Map([...around, ...replaced])),
    });
    const stops = this.#interpreter({
      replaced: readersOf(this.#module, around),
      observe: (_, op) => (readers.has(op.id) ? "stop" : undefined),
    });
    const scores = noScores();
    for (const [i, input] of inputs.entries()) {
      const reference = this.#reference(i);
      if (!reference.ok) return reference;
      const from = this.#standBefore(i, new Set(readers.keys()), stops);
      if (!from.ok) return from;
      if (!from.value) return fail(neverRead(replaced));
      const logits = logitsOf(main, changed.resume(main, [input], from.value));
      if (!logits.ok) return logits;
      addScores(scores, reference.value, logits.value, areTokens ? (input.data as Int32Array) : undefined);
    }
    return ok(meanScores(scores, areTokens));
  }

  /** What the module as it is gives for an input; run once. */
  #reference(i: number): Result<Logits> {
    const { main, inputs } = this.#program;
    const known = this.#references[i];
    if (known) return ok(known);
    const logits = logitsOf(main, this.#interpreter({}).run(main, [inputs[i]!]));
    if (logits.ok) this.#references[i] = logits.value;
    return logits;
  }

  /** Runs an input as far as the first of these ops; undefined where it never comes there. */
  #standBefore(i: number, ops: ReadonlySet<OpId>, stops: Interpreter): Result<Pause | undefined> {
    const { main, inputs } = this.#program;
    const known = this.#pauses[i];
    const ran = known && ranBefore(known);
    const from = ran && ![...ops].some((op) => ran.has(op)) ? known : undefined;
    const reached = stops.advance(main, [inputs[i]!], from);
    if (reached.ok) this.#pauses[i] = reached.value;
    return reached;
  }

  #interpreter(options: Omit<InterpreterOptions, "precision">): Interpreter {
    const { registry, constants } = this.#program;
    return new Interpreter(this.#module, registry, constants, { precision: "f32", ...options });
  }
}

/** The ops that read replaced parameters, with what they are to give. */
const readersOf = (module: Module, replaced: Numbers): ReadonlyMap<OpId, FloatTensor> =>
  new Map(
    walk(module).flatMap((op) => {
      const value = get.is(op) ? replaced.get(op.attributes.param.join("::")) : undefined;
      return value ? [[op.id, value] as const] : [];
    }),
  );

const neverRead = (replaced: Numbers) => {
  const [symbol] = replaced.keys();
  return error("calibration-missing", `the calibration run never came to @${symbol}`, {
    hint: `skip @${symbol}, or call its function from the entry that is calibrated`,
  });
};
