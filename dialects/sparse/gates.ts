import type { PassContext } from "../../compiler/define/pass.ts";
import { error, fail, ok, type Result, unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { type Module, type Op, opAt, type ValueId, valueAt, walk } from "../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../compiler/ir/symbols.ts";
import type { TensorType } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { type WeightUse, weightUses } from "../lowp/linear-sites.ts";
import { get, param, linear as storedLinear } from "../lowp/ops.ts";
import { linear } from "../nn/ops/linear.ts";
import { gelu, relu, silu } from "../nn/ops/unary.ts";
import { readNumbers } from "./activation-shares.ts";

/** An activation of what a linear op on a parameter gives. */
export interface Gate {
  readonly activation: Op;
  /** The linear op, and the bias that it adds. */
  readonly use: WeightUse;
  readonly bias: ValueId | undefined;
  /** What the activation takes. */
  readonly input: ValueId;
  /** Numbers of a row of it. */
  readonly width: number;
}

/** Every relu, silu or gelu whose input is f32 or f64 and comes from a linear op on a parameter, in program order. */
export function gatesOf(module: Module): readonly Gate[] {
  const uses = new Map(weightUses(module).map((use) => [use.op, use]));
  return walk(module).flatMap((activation) => {
    if (!relu.is(activation) && !silu.is(activation) && !gelu.is(activation)) return [];
    const { input } = activation.operands;
    const { definedBy, type } = valueAt(module, input);
    const use = definedBy === undefined ? undefined : uses.get(definedBy);
    const producer = use && opAt(module, use.op);
    if (!producer || !(linear.is(producer) || storedLinear.is(producer)) || !isComputed(type as TensorType))
      return [];
    const { weight, bias } = producer.operands;
    const [width] = (valueAt(module, weight).type as TensorType).shape; // [N, K], by its op's laws
    return [{ activation, use, bias, input, width: width! }];
  });
}

const isComputed = ({ element }: TensorType): boolean =>
  element.kind === "float" && (element.name === "f32" || element.name === "f64");

/**
 * What a gate's activation takes where the linear op is given these rows [rows, K]. Codes: `gate-bias` where a bias is
 * no parameter, and those of reading parameters.
 */
export function gateRows(
  module: Module,
  { use, bias }: Gate,
  rows: FloatTensor,
  context: Pick<PassContext, "constants">,
): Result<FloatTensor> {
  const weight = numbersOf(module, use.symbol, context);
  if (!weight.ok) return weight;
  if (bias === undefined) return ok(use.product(rows, weight.value, undefined));
  const { definedBy } = valueAt(module, bias);
  const source = definedBy === undefined ? undefined : opAt(module, definedBy);
  if (!source || !get.is(source))
    return fail(
      error(
        "gate-bias",
        `the bias beside @${use.symbol} is no parameter, so what the gate takes is not known`,
        {
          span: opAt(module, use.op).span,
          hint: `skip @${use.symbol}, or use threshold = normal`,
        },
      ),
    );
  const numbers = numbersOf(module, source.attributes.param.join("::"), context);
  return numbers.ok ? ok(use.product(rows, weight.value, numbers.value)) : numbers;
}

function numbersOf(
  module: Module,
  symbol: string,
  context: Pick<PassContext, "constants">,
): Result<FloatTensor> {
  const op = topLevelSymbol(module, symbol);
  return op && param.is(op)
    ? readNumbers(module, op, context)
    : unreachable(`@${symbol} is read as a parameter`);
}
