import type { OpOf } from "../../../compiler/define/op.ts";
import { uses } from "../../../compiler/ir/analysis.ts";
import { type Module, type Op, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { linear } from "../../nn/ops/linear.ts";
import { layerNorm, rmsNorm } from "../../nn/ops/norm.ts";
import { get, observe, param } from "../ops.ts";
import type { ParamOp } from "../params.ts";

export type LinearOp = OpOf<typeof linear>;
export type NormOp = OpOf<typeof rmsNorm> | OpOf<typeof layerNorm>;

/** A linear op with the parameters it takes. */
export interface GroupLinear {
  readonly op: LinearOp;
  readonly weight: ParamOp;
  readonly bias: ParamOp | undefined;
}

/**
 * The norms of one gain and all linear ops that see their outputs: nobody else sees the outputs or takes the
 * parameters, so that channels may be scaled on the one side and scaled back on the other.
 */
export interface NormGroup {
  readonly norms: readonly NormOp[];
  readonly gain: ParamOp;
  /** Of layer norms that have one; rms norms have none. */
  readonly bias: ParamOp | undefined;
  readonly linears: readonly GroupLinear[];
  /** The weights of the linears, each once, in program order. */
  readonly weights: readonly ParamOp[];
  readonly channels: number;
}

/** An op whose channels cannot be scaled, and why. */
export interface GroupRefusal {
  readonly op: Op;
  readonly reason: string;
}

/** The groups of a module, in program order, by what feeds what; names play no part. */
export function normGroups(module: Module): {
  readonly groups: readonly NormGroup[];
  readonly refusals: readonly GroupRefusal[];
} {
  const byGain = new Map<string, NormOp[]>();
  const refusals: GroupRefusal[] = [];
  for (const op of walk(module)) {
    if (!isNorm(op)) continue;
    const gain = paramOf(module, op.operands.gain);
    if (!gain) refusals.push({ op, reason: "its gain is no dense parameter" });
    else {
      const { sym_name: name } = gain.attributes;
      byGain.set(name, [...(byGain.get(name) ?? []), op]);
    }
  }
  const groups: NormGroup[] = [];
  for (const norms of byGain.values()) {
    const group = groupOf(module, norms);
    if (typeof group === "string") refusals.push(...norms.map((op) => ({ op, reason: group })));
    else groups.push(group);
  }
  return { groups, refusals };
}

const isNorm = (op: Op): op is NormOp => rmsNorm.is(op) || layerNorm.is(op);

function groupOf(module: Module, norms: readonly NormOp[]): NormGroup | string {
  const linears: GroupLinear[] = [];
  for (const norm of norms) {
    const { shape } = valueAt(module, norm.results.output).type as TensorType;
    if (layerNorm.is(norm) && norm.attributes.axis !== -1 && norm.attributes.axis !== shape.length - 1)
      return "it normalises several axes";
    for (const id of uses(module).get(norm.results.output) ?? []) {
      const op = opAt(module, id);
      if (observe.is(op)) continue;
      const found = linear.is(op) && op.operands.input === norm.results.output && groupLinear(module, op);
      if (!found) return `${op.name} sees its output too, which is no linear op on a dense parameter`;
      linears.push(found);
    }
  }
  const gain = paramOf(module, norms[0]!.operands.gain)!;
  const biases = new Set(norms.map((norm) => (layerNorm.is(norm) ? norm.operands.bias : undefined)));
  const biasParams = new Set([...biases].map((value) => paramOf(module, value)));
  if (biasParams.size !== 1) return "norms of one gain have different biases";
  const [bias] = biasParams;
  if (!bias && [...biases].some((value) => value !== undefined)) return "its bias is no dense parameter";
  if (linears.length === 0) return "no linear op sees its output";
  const owners = new Set<Op>([...norms, ...linears.map(({ op }) => op)]);
  const weights = [...new Set(linears.map(({ weight }) => weight))];
  const linearBiases = new Map(linears.map(({ weight, bias: own }) => [weight, own]));
  const other = linears.find(({ weight, bias: own }) => linearBiases.get(weight) !== own);
  if (other) return `@${other.weight.attributes.sym_name} meets different biases`;
  const added = [...linearBiases.values()].filter((each) => each !== undefined);
  const own = [gain, ...(bias ? [bias] : []), ...weights, ...added];
  const twice = own.find((each, i) => own.indexOf(each) < i);
  if (twice)
    return `@${twice.attributes.sym_name} is more than one of its gain, its bias and the biases behind it`;
  const shared = own.find((each) => usersOf(module, each).some((user) => !owners.has(user)));
  if (shared) return `@${shared.attributes.sym_name} is used elsewhere too`;
  const channels = (gain.attributes.type as TensorType).shape[0]!;
  return { norms, gain, bias, linears, weights, channels };
}

/** A linear op whose weight, and bias if it has one, are dense parameters. */
export function groupLinear(module: Module, op: LinearOp): GroupLinear | undefined {
  const weight = paramOf(module, op.operands.weight);
  const bias = paramOf(module, op.operands.bias);
  return weight && (bias !== undefined || op.operands.bias === undefined) ? { op, weight, bias } : undefined;
}

/** The dense parameter of floats behind a value. */
function paramOf(module: Module, value: ValueId | undefined): ParamOp | undefined {
  const definedBy = value === undefined ? undefined : valueAt(module, value).definedBy;
  const producer = definedBy === undefined ? undefined : opAt(module, definedBy);
  if (!producer || !get.is(producer)) return undefined;
  const definition = topLevelSymbol(module, producer.attributes.param.join("::"));
  if (!definition || !param.is(definition)) return undefined;
  const { type } = definition.attributes;
  return type.kind === "tensor" && type.element.kind === "float" ? definition : undefined;
}

/** The ops that take the value of a parameter, but for those that only watch it. */
export function usersOf(module: Module, { attributes: { sym_name: name } }: ParamOp): readonly Op[] {
  return walk(module).flatMap((op) =>
    get.is(op) && op.attributes.param.join("::") === name
      ? (uses(module).get(op.results.value) ?? [])
          .map((id) => opAt(module, id))
          .filter((user) => !observe.is(user))
      : [],
  );
}
