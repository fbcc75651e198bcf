import { type Expression, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { type Activation, activate } from "./activation.ts";

/**
 * What a linear kernel does to its sums before it writes them, in this order: adds a bias [N], applies an activation,
 * multiplies by a value of the output's shape, adds one; `activationLast` has the activation come after these. Each
 * step is rounded to f32, as separate ops would be.
 */
export interface Epilogue {
  readonly bias: boolean;
  readonly activation: Activation | undefined;
  readonly multiplier: boolean;
  readonly residual: boolean;
  readonly activationLast?: boolean;
}
export const NO_EPILOGUE: Epilogue = {
  bias: false,
  activation: undefined,
  multiplier: false,
  residual: false,
};

/** Part of a kernel's name; empty where nothing is fused. */
export const describeEpilogue = ({
  bias,
  activation,
  multiplier,
  residual,
  activationLast,
}: Epilogue): string =>
  [
    bias && "bias",
    !activationLast && activation,
    multiplier && "multiplied",
    residual && "residual",
    activationLast && activation,
  ]
    .filter(Boolean)
    .map((part) => `_${part}`)
    .join("");

/** Addresses of f32 data that the kernel gets besides its own parameters. */
export type EpilogueParameter = "bias" | "multiplier" | "residual";
export const epilogueParameters = (epilogue: Epilogue): readonly EpilogueParameter[] =>
  (["bias", "multiplier", "residual"] as const).filter((name) => epilogue[name]);

/** Where four outputs of one row stand: bytes from the start of a row, and from the start of the output. */
export interface OutputPlace {
  readonly inRow: Expression;
  readonly inOutput: Expression;
}

/** Four finished outputs of four sums (f32x4). */
export function finish(
  f: FunctionBuilder,
  epilogue: Epilogue,
  parameters: Readonly<Partial<Record<EpilogueParameter, Local>>>,
  sums: Expression,
  { inRow, inOutput }: OutputPlace,
): Expression {
  const { bias, multiplier, residual } = parameters;
  const value = f.let(sums);
  if (epilogue.bias && bias) f.set(value, op("f32x4.add", value, load("v128.load", sum(bias, inRow))));
  const { activation, activationLast } = epilogue;
  if (activation && !activationLast) f.set(value, activate(f, activation, value));
  if (epilogue.multiplier && multiplier)
    f.set(value, op("f32x4.mul", value, load("v128.load", sum(multiplier, inOutput))));
  if (epilogue.residual && residual)
    f.set(value, op("f32x4.add", value, load("v128.load", sum(residual, inOutput))));
  if (activation && activationLast) f.set(value, activate(f, activation, value));
  return value;
}
