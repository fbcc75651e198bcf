import { type AxisRole, type Crossing, crossings } from "../../../compiler/define/axis-flow.ts";
import { type Diagnostic, error, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, type OpId, opAt, valueAt } from "../../../compiler/ir/module.ts";
import type { AxisClass, AxisFlows, ClassPin } from "../../nn/axis-flow.ts";

/** Why a class cannot be rotated: the op in the way, what it does, and how to get it out of the way. */
export interface Obstacle {
  readonly op: OpId;
  readonly reason: string;
  readonly hint?: string;
}

const rotatable: readonly Crossing[] = ["any", "orthogonal"];

const hints: Partial<Record<AxisRole, string>> = {
  gain: "run fold-norms before it",
  shift: "run fold-norms before it",
  standardised: "run fold-norms before it, which makes layer norms into norms by the mean square",
};

/** What is in the way of an orthogonal map of the channels of a class; `mayPin` says which pins are not. */
export function obstacleOf(
  module: Module,
  { touches, pins }: AxisClass,
  mayPin: (pin: ClassPin) => boolean,
): Obstacle | undefined {
  const pin = pins.find((each) => !mayPin(each));
  if (pin) return { op: pin.op, reason: `${opAt(module, pin.op).name} pins its channels, as ${pin.reason}` };
  const touch = touches.find(({ role }) => !rotatable.includes(crossings[role]));
  if (!touch) return undefined;
  const { name } = opAt(module, touch.op);
  return {
    op: touch.op,
    reason: `${name} sees single channels of it (${touch.role})`,
    ...(hints[touch.role] && { hint: hints[touch.role] }),
  };
}

const hasRole = ({ touches }: AxisClass, ...roles: readonly AxisRole[]): boolean =>
  roles.every((role) => touches.some((touch) => touch.role === role));

/** What norms do with the channels they look at. */
export const normRoles: readonly AxisRole[] = ["root-mean-square", "standardised"];

/** The first op that meets a class in one of some roles, of which it has one. */
export const touching = ({ touches }: AxisClass, roles: readonly AxisRole[]): OpId =>
  (touches.find(({ role }) => roles.includes(role)) ?? unreachable("the class was found by it")).op;

/** Residual streams: what norms look at, linear ops add to, and linear ops read. */
export const residualStreams = ({ classes }: AxisFlows): readonly AxisClass[] =>
  classes.filter(
    (each) => hasRole(each, "contracted", "produced") && normRoles.some((role) => hasRole(each, role)),
  );

/** The width of the heads of values, with the flat axes whose innermost part it is. */
export interface ValueHeads {
  readonly width: AxisClass;
  readonly flat: readonly AxisClass[];
}

/** What attention mixes, where linear ops make it and read it. */
export const valueHeads = ({ classes }: AxisFlows): readonly ValueHeads[] =>
  classes
    .filter((each) => hasRole(each, "mixed"))
    .map((width) => ({ width, flat: wholesAround(classes, width) }));

/** Axes of which a class is the innermost part: blocks within it are blocks within them. */
function wholesAround(classes: readonly AxisClass[], inner: AxisClass): readonly AxisClass[] {
  const wholes = inner.partOf.filter(
    ({ whole, part, op }) => part === classes[whole]!.madeOf.find((made) => made.op === op)!.parts.length - 1,
  );
  return [...new Set(wholes.map(({ whole }) => classes[whole]!))];
}

/** Caches are handed out and back, and nobody else reads them; their type says what basis they are in. */
export const isOfCaller = ({ kind }: ClassPin): boolean => kind === "argument" || kind === "result";

/** Rounded numbers are not what they were in another basis. */
export function numbersObstacle(module: Module, classes: readonly AxisClass[]): Obstacle | undefined {
  for (const { places, touches } of classes)
    for (const { value } of places) {
      const { type, definedBy } = valueAt(module, value);
      if (type.kind !== "tensor" || type.element.kind === "float") continue;
      const reason = "its numbers are in a lowp type already";
      const op = definedBy ?? touches[0]?.op ?? module.root; // what is handed in is seen where it is used
      return { op, reason, hint: "rotate before quantizing" };
    }
  return undefined;
}

/** The error that says what is in the way of a rotation, or of what `code` says. */
export function refused(
  module: Module,
  what: string,
  { op, reason, hint }: Obstacle,
  code = "rotation",
): Diagnostic {
  const { span } = opAt(module, op);
  return error(code, `${what}: ${reason}`, { span, ...(hint !== undefined && { hint }) });
}
