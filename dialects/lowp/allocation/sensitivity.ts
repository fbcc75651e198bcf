import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics, Statistic } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { outputEnergy } from "../solvers/losses.ts";
import type { SolvedWeight } from "./weight-change.ts";

/** One weight under one change, with what is known of its inputs. */
export interface Trial {
  readonly module: Module;
  readonly symbol: string;
  readonly solved: SolvedWeight;
  /** The weight under each of its changes, this one included. */
  readonly all: readonly SolvedWeight[];
  /** There where the sensitivity needs it. */
  readonly statistics: InputStatistics | undefined;
}

/** A way to say how much a program suffers when one weight is changed. Never negative, but for losses. */
export interface Sensitivity {
  readonly name: string;
  /** What it is a sum of, for reports. */
  readonly unit: string;
  readonly needs: readonly Statistic[];
  measure(trial: Trial, context: PassContext): Promise<Result<number>>;
  /**
   * Of several weights at once, by their numbers, those of `around` included; there where the program is run, so that
   * any measurement costs a run of it, from the first of `replaced` on where `around` is the map it was before.
   */
  measureTogether?(
    module: Module,
    replaced: ReadonlyMap<string, FloatTensor>,
    context: PassContext,
    around?: ReadonlyMap<string, FloatTensor>,
  ): Promise<Result<number>>;
}

/** Σ (w′ − w)², in f64. */
const weightError = local("weight-error", "squared error of the weights", [], ({ solved }) =>
  energy(solved.errors),
);

/**
 * Tr(M) / K · Σ (w′ − w)², M the second moment of the inputs: exact where all inputs are equally large and
 * independent. (HAWQ-V2 with H = 2 M, the Hessian of the layer's squared output error, the same for every row)
 */
const trace = local("trace", "mean squared input times squared error", ["secondMoment"], (trial) => {
  const moment = trial.statistics!.secondMoment!;
  const columns = Math.sqrt(moment.length);
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += moment[j * (columns + 1)]!;
  return (sum / columns) * energy(trial.solved.errors);
});

/** Σ M_jj (w′ − w)_nj²: exact where inputs are independent. */
const diagonal = local(
  "diagonal",
  "squared inputs times squared errors",
  ["secondMoment"],
  ({ solved, statistics }) => {
    const moment = statistics!.secondMoment!;
    const columns = Math.sqrt(moment.length);
    let total = 0;
    for (const [i, each] of solved.errors.entries())
      total += moment[(i % columns) * (columns + 1)]! * each * each;
    return total;
  },
);

/** Σ over rows of (w′ − w) M (w′ − w)ᵀ = E |(W′ − W) x|²: the squared error of the layer's output, exactly. */
const hessian = local("hessian", "squared error of the layers' outputs", ["secondMoment"], (trial) =>
  outputError(trial, trial.solved.errors),
);

/** E |(W′ − W) x|² / E |W x|²: as `hessian`, relative to the layer's output. */
const layerOutput = local(
  "layer-output",
  "noise relative to the layers' outputs",
  ["secondMoment"],
  (trial) => {
    const signal = outputError(trial, Float64Array.from(trial.solved.weight.data));
    const noise = outputError(trial, trial.solved.errors);
    return noise === 0 ? 0 : noise / signal;
  },
);

/** Mean KL(program as it is ‖ with this weight alone in the type), in nats: less noisy than `loss`. */
const divergence = global("divergence", "nats of divergence", ({ divergence: nats }) => nats);

/** Rise of the mean negative log-likelihood with this weight alone in the type, in nats; may be negative. */
const loss = global("loss", "nats per token", ({ loss: nats }) => nats);

/**
 * `hessian`, times what makes it the `divergence` of the type with the largest output error: one run of the program
 * for each weight, however many types there are.
 */
const scaledHessian: Sensitivity & { readonly name: "scaled-hessian" } = {
  name: "scaled-hessian",
  unit: "nats of divergence, scaled",
  needs: ["secondMoment"],
  async measure(trial, context) {
    const errors = trial.all.map(({ errors: each }) => outputError(trial, each));
    const largest = Math.max(...errors);
    if (largest === 0) return ok(0);
    const coarsest = trial.all[errors.indexOf(largest)]!;
    const known = coarsestDivergence.get(coarsest);
    const nats = known ?? (await divergence.measure({ ...trial, solved: coarsest }, context));
    coarsestDivergence.set(coarsest, nats);
    return nats.ok ? ok((nats.value / largest) * errors[trial.all.indexOf(trial.solved)]!) : nats;
  },
};

/** Measured once for all types of a weight. */
const coarsestDivergence = new WeakMap<SolvedWeight, Result<number>>();

export const sensitivities = [
  weightError,
  trace,
  diagonal,
  hessian,
  layerOutput,
  scaledHessian,
  divergence,
  loss,
] as const;

/** A sensitivity that looks at the layer alone. */
function local<const Name extends string>(
  name: Name,
  unit: string,
  needs: readonly Statistic[],
  figureOf: (trial: Trial) => number,
): Sensitivity & { readonly name: Name } {
  const measure = async (trial: Trial): Promise<Result<number>> => {
    const value = figureOf(trial);
    return Number.isFinite(value) ? ok(value) : fail(notFinite(name, [trial.symbol], value));
  };
  return { name, unit, needs, measure };
}

/** A sensitivity that runs the whole program. Codes: `calibration-missing`, `loss-missing`, those of the run. */
function global<const Name extends string>(
  name: Name,
  unit: string,
  figureOf: (measured: {
    readonly loss: number | undefined;
    readonly divergence: number;
  }) => number | undefined,
): Sensitivity & { readonly name: Name } {
  const measureTogether: NonNullable<Sensitivity["measureTogether"]> = async (
    module,
    replaced,
    context,
    around,
  ) => {
    if (!context.calibration) return fail(noCalibration(`sensitivity ${name}`));
    const measured = await context.calibration.lossIncrease?.(module, replaced, around);
    if (!measured) return fail(statisticsAlone(name));
    if (!measured.ok) return measured;
    const value = figureOf(measured.value);
    if (value === undefined) return fail(nothingFollows);
    return Number.isFinite(value) ? ok(value) : fail(notFinite(name, [...replaced.keys()], value));
  };
  return {
    name,
    unit,
    needs: [],
    measure: ({ module, symbol, solved }, context) =>
      measureTogether(module, new Map([[symbol, solved.numbers]]), context),
    measureTogether,
  };
}

const statisticsAlone = (name: string) =>
  error("loss-missing", `sensitivity ${name} runs the program on data, but statistics alone were given`, {
    hint: "give the text itself with --calibration FILE, or take sensitivity=hessian",
  });

const nothingFollows = error("loss-missing", "sensitivity loss needs data that say what comes next", {
  hint: "give a text, or take sensitivity=divergence",
});

/** The answer where data are needed and none were given. */
export const noCalibration = (asker: string) =>
  error("calibration-missing", `${asker} needs to know the inputs, and there is no calibration data`, {
    hint: "give a text, or examples, with --calibration FILE",
  });

const notFinite = (name: string, symbols: readonly string[], value: number) =>
  error("sensitivity-not-finite", `sensitivity ${name} of @${symbols.join(" and @")} is ${value}`, {
    hint: "leave the choice out that makes it so",
  });

function energy(errors: Float64Array): number {
  let total = 0;
  for (const each of errors) total += each * each;
  return total;
}

const outputError = ({ statistics }: Trial, rows: Float64Array): number => {
  const moment = statistics!.secondMoment!;
  return outputEnergy(rows, moment, Math.sqrt(moment.length));
};
