import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { ConstantStore } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";
import type { FloatTensor } from "../numeric/tensor.ts";
import type { InferAll, Schemas } from "../schema/schema.ts";
import type { CostModel } from "./cost-model.ts";
import type { Registry } from "./dialect.ts";
import type { Explain } from "./explanation.ts";
import type { InputStatistics, Statistic } from "./solver.ts";
import type { SolverHost } from "./solver-host.ts";
import type { StepCosts } from "./step-costs.ts";

/**
 * What a pass promises about the functions it leaves behind.
 * exact: bit-equal outputs. exactInReals: equal but for rounding. bounded: outputs differ by at most
 * `epsilon`, relative to the largest output. lossy: `metric` says what is given up.
 * `rewritesWeights`: weights are rounded anew to the type they are stored in, f32 but for f64 ones.
 */
export type Contract =
  | { readonly kind: "exact" }
  | { readonly kind: "exactInReals"; readonly rewritesWeights?: boolean }
  | { readonly kind: "bounded"; readonly epsilon: number }
  | { readonly kind: "lossy"; readonly metric: string };

/** A promise that depends on what the pass is asked to do. */
export interface ContractByOptions<Options extends Schemas> {
  of(options: InferAll<Options>): Contract;
}

/** A value at once, or a promise of it; whoever receives one awaits it. */
export type Awaitable<T> = T | Promise<T>;

/** How much worse a program does with other numbers in some parameters; means over the calibration data. */
export interface LossIncrease {
  /** Of the negative log-likelihood, in nats per token; undefined where the data do not say what comes next. */
  readonly loss: number | undefined;
  /** KL(as it is ‖ as it would be) in nats per row of the first output, read as logits. */
  readonly divergence: number;
}

/** What is measured by running a module on calibration data. */
export interface Calibration {
  /** SHA-256 of the data, for provenance. */
  readonly sha256: string;
  /**
   * Runs the module as it is now and gives, by parameter symbol, what the linear ops on these
   * parameters saw. Costs a run of the program as far as the last of them.
   */
  statistics(
    module: Module,
    symbols: readonly string[],
    needs: readonly Statistic[],
  ): Awaitable<Result<ReadonlyMap<string, InputStatistics>>>;
  /**
   * Runs the module with these numbers in place of those of dense parameters, by symbol, and compares it with the
   * module as it is. Costs a run of the program from where the first of them is used; asked in program order, what
   * comes before is not run again. Parameters in `around` have other numbers too, unless `replaced` has them: asked
   * with the same map again, runs go on where they stood. Undefined where only statistics are at hand.
   */
  lossIncrease?(
    module: Module,
    replaced: ReadonlyMap<string, FloatTensor>,
    around?: ReadonlyMap<string, FloatTensor>,
  ): Awaitable<Result<LossIncrease>>;
}

/** What a pass may use besides the module. */
export interface PassContext {
  readonly registry: Registry;
  readonly constants: ConstantStore;
  /** Undefined when the user gave no calibration data. */
  readonly calibration?: Calibration | undefined;
  /** What weights cost a target in each type; undefined when the user named none. */
  readonly costs?: CostModel | undefined;
  /** What steps of a program cost the target it is meant for; `defaultStepCosts` where none is chosen. */
  readonly stepCosts?: StepCosts | undefined;
  /** Solves weights on other cores, where there are some; in line where left out, as in a browser. */
  readonly solvers?: SolverHost | undefined;
  /** Takes data that a pass found beside the module, to be written as JSON where the user asks; `kind` says what. */
  keep?(kind: string, data: unknown): void;
  /** Tells the user something worth knowing that is not an error. */
  report(diagnostic: Diagnostic): void;
  /** Asks for every place the pass looks at; undefined when nobody does. */
  readonly explain?: Explain | undefined;
  /** Shows how far a long pass has come; `label` names what is being worked on. */
  progress(done: number, total: number, label: string): void;
}

/** A named transformation. Its options are declared once; types, parsing, defaults and help follow. */
export interface Pass<Options extends Schemas = Schemas> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly contract: Contract | ContractByOptions<Options>;
  /**
   * The places it decides at, as `--explain` lists them, such as "every nn.linear"; or why there are none. A pass
   * that leaves it out is known to explain only what patterns tell by themselves.
   */
  readonly explains?: string | { readonly nothing: string };
  /**
   * Verified module in, verified module out; the same object when nothing changed. A pass that waits
   * for something, such as work on other cores, gives a promise; the next pass starts when it is kept.
   */
  run(module: Module, options: InferAll<Options>, context: PassContext): Awaitable<Result<Module>>;
}

export type AnyPass = Pass;

export const definePass = <const Options extends Schemas>(pass: Pass<Options>): Pass<Options> => pass;
