import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics, Statistic } from "../../../compiler/define/solver.ts";
import type { Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { ParamOp } from "../params.ts";

/** One way to change a weight that an allocation may choose, such as a type to put it into. */
export interface WeightChange {
  /** As written, for people and files; equal ids are equal choices. */
  readonly id: string;
  /** The type the weight gets, which a target may price; undefined where it stays one of floats. */
  readonly type?: DialectType | undefined;
  /** Statistics of the inputs that it cannot do without, and who asks for them, for messages. */
  readonly needs: readonly Statistic[];
  readonly asker: string;
  /** What is written beside a weight that is to be changed so. */
  readonly plan: Partial<ParamOp["attributes"]>;
  /** Changes a weight without changing the module; `statistics` are there where it needs some. */
  apply(
    module: Module,
    weight: ParamOp,
    statistics: InputStatistics | undefined,
    context: PassContext,
  ): Promise<Result<SolvedWeight>>;
}

/** A weight that was changed, and what that did to it. */
export interface SolvedWeight {
  /** Of all components, as they would be stored. */
  readonly bytes: number;
  /** What else it takes, by metric. */
  readonly costs?: Readonly<Record<string, number>>;
  /** w, as rows [N, K] of a matrix where the change is one of matrices. */
  readonly weight: FloatTensor;
  /** w′ − w in f64, in the order of the weight. */
  readonly errors: Float64Array;
  /** w′ in f32, in the shape of the parameter. */
  readonly numbers: FloatTensor;
}
