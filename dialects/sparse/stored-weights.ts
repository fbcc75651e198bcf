import type { RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import type { PassContext } from "../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { uses } from "../../compiler/ir/analysis.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { type Module, type Op, opAt, typeOf, walk } from "../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../compiler/ir/types.ts";
import { elementCount, type Tensor } from "../../compiler/numeric/tensor.ts";
import { dequantize as toNumbers } from "../lowp/dequantize.ts";
import { weightUses } from "../lowp/linear-sites.ts";
import { dequantize, get, linear, param } from "../lowp/ops.ts";
import type { ParamOp } from "../lowp/params.ts";
import { readStored } from "../lowp/passes/dense-params.ts";
import { selectParams } from "../lowp/passes/select-params.ts";
import { nonZeros } from "../lowp/sparse-places.ts";
import { quantized } from "../lowp/types.ts";
import type { ValueType } from "../lowp/value-type.ts";

/** A weight of linear ops or convolutions as it is stored. */
export interface StoredWeight {
  readonly op: ParamOp;
  readonly name: string;
  /** Dense, or quantized. */
  readonly type: ValueType;
  /** As a matrix [out, all other axes], where it is dense. */
  readonly value: RuntimeValue;
  /** 1 at every number that is not zero. */
  readonly nonZero: Uint8Array;
}

/**
 * The weights of linear ops and convolutions that are of floats or quantized, by `only` and `skip`, in the order of
 * the file. Codes: `no-weights`, `selector`, and those of reading them.
 */
export function selectWeights(
  module: Module,
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
): Result<readonly ParamOp[]> {
  const params = weightParams(module).flatMap(({ op, obstacle }) => (obstacle === undefined ? [op] : []));
  if (params.length === 0)
    return fail(
      error("no-weights", "no linear op or convolution takes a weight of floats or codes from a parameter", {
        hint: "weights must come from lowp.get, and not be sparse already",
      }),
    );
  const names = params.map(({ attributes }) => attributes.sym_name);
  const { chosen, diagnostics } = selectParams(names, only, skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  if (chosen.length === 0) return fail(error("selector", `skip leaves none of the ${names.length} weights`));
  return ok(params.filter(({ attributes }) => chosen.includes(attributes.sym_name)));
}

/** The parameters that linear ops and convolutions take as weights, in the order of the file; why some must stay. */
export function weightParams(
  module: Module,
): readonly { readonly op: ParamOp; readonly obstacle: string | undefined }[] {
  const used = new Set(weightUses(module).map(({ symbol }) => symbol));
  const stuck = boundToCodes(module);
  return [...walk(module)].flatMap((op) => {
    if (!param.is(op) || !used.has(op.attributes.sym_name)) return [];
    if (!isPlain(op))
      return [{ op, obstacle: `it is ${describeType(op.attributes.type)}, expected floats or codes` }];
    const obstacle = stuck.has(op.attributes.sym_name)
      ? "an op that reads it takes its codes alone"
      : undefined;
    return [{ op, obstacle }];
  });
}

/** Reads the weight a parameter holds. */
export function readStoredWeight(
  module: Module,
  op: ParamOp,
  { constants }: Pick<PassContext, "constants">,
): Result<StoredWeight> {
  const read = readStored(op, constants, (key) => module.resources[key]);
  if (!read.ok) return read;
  const { element } = op.attributes.type as TensorType;
  const value = "data" in read.value ? asMatrix(read.value) : read.value;
  const numbers = toNumbers(value, "f64");
  if (isMismatch(numbers)) return fail(problemOf(op, numbers.code, numbers.message));
  const name = op.attributes.sym_name;
  return ok({ op, name, type: element as ValueType, value, nonZero: nonZeros(numbers) });
}

/** An error that names the parameter. */
export const problemOf = (
  { attributes, span }: ParamOp,
  code: string,
  message: string,
  rest: Pick<Diagnostic, "hint"> = {},
): Diagnostic => error(code, `@${attributes.sym_name}: ${message}`, { span, ...rest });

/** Quantized parameters that an op reads which takes no other type in their place, such as one that multiplies codes. */
function boundToCodes(module: Module): ReadonlySet<string> {
  const takesAny = (op: Op) =>
    dequantize.is(op) || (linear.is(op) && op.attributes.acc === undefined && op.attributes.mul === "exact");
  return new Set(
    walk(module).flatMap((op) => {
      if (!get.is(op) || !isQuantized(typeOf(module, op.results.value))) return [];
      const users = uses(module).get(op.results.value) ?? [];
      return users.every((user) => takesAny(opAt(module, user))) ? [] : [op.attributes.param.join("::")];
    }),
  );
}

const isQuantized = (type: Type): boolean => type.kind === "tensor" && quantized.is(type.element);

function isPlain({ attributes: { type } }: ParamOp): boolean {
  return type.kind === "tensor" && (type.element.kind === "float" || isQuantized(type));
}

function asMatrix({ shape, data }: Tensor): Tensor {
  const [rows = 1, ...rest] = shape;
  return { shape: [rows, elementCount(rest)], data };
}
