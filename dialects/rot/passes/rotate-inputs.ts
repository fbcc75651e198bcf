import { refused, siteOf } from "../../../compiler/define/explanation.ts";
import type { OpOf } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import {
  type Module,
  type Op,
  opAt,
  operandsOf,
  type ValueId,
  valueAt,
  walk,
} from "../../../compiler/ir/module.ts";
import { DYNAMIC, type TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { get } from "../../lowp/ops.ts";
import { selectionOutcome } from "../../lowp/passes/explain-selection.ts";
import { selectParams } from "../../lowp/passes/select-params.ts";
import { type AxisFlows, axisFlows } from "../../nn/axis-flow.ts";
import { linear } from "../../nn/ops/linear.ts";
import { frameAt } from "../frames.ts";
import { apply } from "../ops.ts";
import type { Kronecker } from "./kronecker-factors.ts";
import { Redirections } from "./redirections.ts";
import { explainRotation, momentOf, type Rotation, worthOf } from "./rotation.ts";

/** Which weights meet rotated inputs: names, * matching anything; and how they are rotated. */
interface Selected extends Rotation {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Whether what norms give counts too, which r1 would rotate at no cost. */
  readonly norms: boolean;
  /** Hadamard transforms where left out. */
  readonly kronecker: Kronecker | undefined;
}

/**
 * R4: x · Wᵀ = (x R) · (W R⁻ᵀ)ᵀ at linear ops, R applied to x as the program runs. Ops that share x share x R. For an
 * orthogonal R, R⁻ᵀ is R.
 */
export function rotateInputs(
  module: Module,
  { only, skip, norms, kronecker, ...rotation }: Selected,
): Result<Module> {
  const { names, context } = rotation;
  const sites = onlineSites(module, context, norms);
  const symbols = [...new Set(sites.map(({ symbol }) => symbol))];
  const { chosen, diagnostics } = selectParams(symbols, only, skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  if (chosen.length === 0)
    return fail(
      error(
        "nothing-to-rotate",
        "r4 finds no linear op whose input is in the identity frame and made element by element",
        {
          hint: "leave r4 out",
        },
      ),
    );
  const editor = new Editor(module);
  const redirections = new Redirections(editor);
  const rotated = new Map<ValueId, ValueId>();
  const transforms = new Map<ValueId, string>();
  for (const { op, symbol } of sites) {
    if (!chosen.includes(symbol)) {
      const outcome = selectionOutcome(symbol, { candidates: symbols, only, skip });
      context.explain?.({ ...siteOf(module, op), rule: "r4", outcome });
      continue;
    }
    const { input, weight } = op.operands;
    const { shape } = valueAt(module, input).type as TensorType;
    const axis = shape.length - 1;
    const weights = [{ symbol, axis: 1, isContracted: true }];
    const moment = momentOf(rotation, weights, shape[axis]!);
    if (!moment.ok) return moment;
    const transform =
      transforms.get(input) ??
      (kronecker
        ? names.kronecker("r4", shape[axis]!, kronecker, moment.value)
        : names.hadamard("r4", shape[axis]!, moment.value));
    transforms.set(input, transform);
    const trial = { kind: "r4", transform, weights };
    const worth = worthOf(rotation, trial);
    if (!worth.ok) return worth;
    explainRotation(module, op.id, trial, worth.value, context);
    if (!worth.value.isBetter) continue;
    const by = transform.split("::");
    const own = rotated.get(input) ?? redirections.insertApply(op, input, { by, axis });
    rotated.set(input, own);
    redirections.redirect(op, placeOf(op, input), own);
    const dual = !names.transformOf(transform).isOrthogonal;
    const mapped = redirections.insertApply(op, weight, { by, axis: 1, dual });
    redirections.redirect(op, placeOf(op, weight), mapped);
  }
  redirections.finish();
  return ok(editor.commit());
}

const placeOf = (op: Op, value: ValueId): number => operandsOf(op).indexOf(value);

/** A linear op whose input is to be rotated, and the parameter its weight is, maybe mapped. */
interface OnlineSite {
  readonly op: OpOf<typeof linear>;
  readonly symbol: string;
}

/** Linear ops on dense parameters whose input no table, rotation or, unless asked, norm has a part in, in program order. */
function onlineSites(
  module: Module,
  { registry, explain }: PassContext,
  norms: boolean,
): readonly OnlineSite[] {
  const flows = axisFlows(module, registry);
  return walk(module).flatMap((op): readonly OnlineSite[] => {
    if (!linear.is(op)) return [];
    const site = onlineSite(module, op, flows, norms);
    if (typeof site !== "string") return [site];
    explain?.({ ...siteOf(module, op), rule: "r4", outcome: refused(site) });
    return [];
  });
}

/** A linear op as a site, or why it is none. */
function onlineSite(
  module: Module,
  op: OnlineSite["op"],
  flows: AxisFlows,
  norms: boolean,
): OnlineSite | string {
  const symbol = parameterBehind(module, op.operands.weight);
  const type = valueAt(module, op.operands.input).type as TensorType;
  const weight = valueAt(module, op.operands.weight).type as TensorType;
  const axis = type.shape.length - 1;
  if (symbol === undefined || type.element.kind !== "float" || weight.element.kind !== "float")
    return "its input or its weight is no dense tensor, or its weight no parameter";
  if (type.shape[axis] === DYNAMIC) return "its type does not say how many channels its input has";
  const frame = frameAt(type, axis);
  if (frame !== undefined) return `its input is in frame @${frame} already`;
  const isLeft = !norms && isStream(flows, op.operands.input, axis);
  return isLeft ? "a norm or a table gives its input, which r1 rotates at no cost" : { op, symbol };
}

function parameterBehind(module: Module, value: ValueId): string | undefined {
  const { definedBy } = valueAt(module, value);
  const op = definedBy === undefined ? undefined : opAt(module, definedBy);
  if (op && apply.is(op)) return parameterBehind(module, op.operands.input);
  return op && get.is(op) ? op.attributes.param.join("::") : undefined;
}

const isStream = (flows: AxisFlows, input: ValueId, axis: number): boolean =>
  flows
    .classOf(input, axis)
    .touches.some(
      ({ role }) => role === "root-mean-square" || role === "standardised" || role === "embedded",
    );
