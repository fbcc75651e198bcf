import { uses } from "../../../compiler/ir/analysis.ts";
import { type Module, type Op, opAt, resultsOf, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import { linear as denseLinear, matmul } from "../../nn/ops/linear.ts";
import { reshape, transpose } from "../../nn/ops/shape.ts";
import { relu } from "../../nn/ops/unary.ts";
import { dequantize, linear } from "../ops.ts";

/**
 * Whether every op that uses a value would take its codes instead, maybe behind ops that only move them: then moving
 * dequantization past the op that makes the value leaves nothing to dequantize. Nobody using it is no such op.
 */
export function takesCodes(module: Module, value: ValueId): boolean {
  const users = uses(module).get(value) ?? [];
  return users.length > 0 && users.every((id) => opTakesCodes(module, opAt(module, id), value));
}

function opTakesCodes(module: Module, op: Op, value: ValueId): boolean {
  if (linear.is(op)) return op.operands.input === value;
  if (denseLinear.is(op))
    return (
      op.operands.weight === value || (op.operands.input === value && isCoded(module, op.operands.weight))
    );
  if (matmul.is(op)) return op.operands.right === value;
  if (!reshape.is(op) && !transpose.is(op) && !relu.is(op)) return false;
  return takesCodes(module, resultsOf(op)[0]!);
}

/** Whether a weight is dequantized, so that the linear op will take its codes. */
function isCoded(module: Module, weight: ValueId): boolean {
  const { definedBy } = valueAt(module, weight);
  return definedBy !== undefined && dequantize.is(opAt(module, definedBy));
}
