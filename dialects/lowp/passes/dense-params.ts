import { isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import {
  type Diagnostic,
  error,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import type { ResourceOrigin } from "../../../compiler/ir/constants.ts";
import { type Op, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import {
  type FloatType,
  f32,
  type IntegerType,
  type TensorType,
  tensorType,
} from "../../../compiler/ir/types.ts";
import type { FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { castDense, packDense } from "../dense.ts";
import { get, param } from "../ops.ts";
import { type ParamOp, readParam, resourceKeys } from "../params.ts";
import { withoutOld } from "./quantize-params.ts";

/** How the numbers of a parameter are stored from now on, how many there are, and what its type says of its axes. */
export interface StoredAs {
  readonly element: FloatType;
  readonly shape: readonly number[];
  readonly encoding: Attribute | undefined;
}

/** A dense parameter as passes write it: its name, type and numbers, and how they came about. */
export interface DenseParam {
  readonly name: string;
  readonly type: TensorType;
  readonly value: Tensor;
  readonly prov: Attribute;
}

/**
 * Writes dense parameters in the course of one sweep of an editor: new ones, and other numbers for old ones.
 * Collects what stands in the way; `finish` hands the bytes to the editor.
 */
export class ParamWriter {
  readonly #editor: Editor;
  readonly #constants: PassContext["constants"];
  readonly #added = new Map<string, ResourceOrigin>();
  /** By name, with the key of the bytes; undefined where the parameter was removed. */
  readonly #rewritten = new Map<string, { readonly key: string; readonly value: FloatTensor } | undefined>();
  readonly problems: Diagnostic[] = [];

  constructor(editor: Editor, constants: PassContext["constants"]) {
    this.#editor = editor;
    this.#constants = constants;
  }

  /** The numbers of a dense parameter, as they are stored, or as this sweep has rewritten them. */
  read(op: ParamOp): Result<FloatTensor> {
    const rewritten = this.#rewritten.get(op.attributes.sym_name);
    if (rewritten) return ok(rewritten.value);
    return readWeight(op, this.#constants, (key) => this.#editor.module.resources[key]);
  }

  /** A new parameter, to stand before `anchor`, an op of the outermost module. */
  add(anchor: Op, { name, type, value, prov }: DenseParam): void {
    const { span } = anchor;
    if (topLevelSymbol(this.#editor.module, name)) {
      const hint = `rename @${name}`;
      this.problems.push(error("symbol-taken", `@${name} is defined already`, { span, hint }));
      return;
    }
    const key = this.#store(name, type, value, anchor);
    this.#editor.insertBefore(
      anchor,
      param,
      {},
      { sym_name: name, type, value: { kind: "resource", key, type }, prov },
    );
  }

  /**
   * Gives a parameter other numbers, rounded each time: f64 stays f64, every other float becomes f32, or what `as`
   * says. What reads it sees the new type.
   */
  rewrite(op: ParamOp, numbers: Float64Array, prov: Attribute, as?: Partial<StoredAs>): void {
    const { sym_name: name, type: declared } = op.attributes;
    const { shape: declaredShape, element, encoding: declaredEncoding } = declared as TensorType;
    const shape = as?.shape ?? declaredShape;
    const stored = as?.element ?? (element.kind === "float" && element.name === "f64" ? element : f32);
    const encoding = as && "encoding" in as ? as.encoding : declaredEncoding;
    const type = tensorType(shape, stored, encoding);
    const value = castDense({ shape, data: numbers }, stored);
    const key = this.#store(`${name}.value`, type, value, op);
    this.#rewritten.set(name, { key, value });
    this.#editor.update({
      ...op,
      attributes: { ...op.attributes, type, value: { kind: "resource", key, type }, prov },
    });
    for (const user of walk(this.#editor.module))
      if (get.is(user) && user.attributes.param.join("::") === name)
        this.#editor.retype(user.results.value, type);
  }

  /** Takes a parameter away, which nothing reads any more. */
  remove(op: ParamOp): void {
    this.#editor.erase(op.id);
    this.#rewritten.set(op.attributes.sym_name, undefined);
  }

  /** Hands the bytes over; those that only rewritten or removed parameters named are dropped. */
  finish(): void {
    const { module } = this.#editor;
    if (this.#added.size === 0) return;
    const kept = withoutOld(module.resources, module, new Set(this.#rewritten.keys()));
    this.#editor.setResources({ ...kept, ...Object.fromEntries(this.#added) });
  }

  #store(key: string, type: TensorType, { data }: Tensor, owner: Op): string {
    const isOwn =
      param.is(owner) &&
      (this.#rewritten.get(owner.attributes.sym_name)?.key === key ||
        [...resourceKeys(owner.attributes.value).values()].includes(key));
    if (!isOwn && (key in this.#editor.module.resources || this.#added.has(key)))
      this.problems.push(
        error("resource-taken", `dense_resource<${key}> already names other bytes`, {
          span: owner.span,
          hint: `rename dense_resource<${key}>`,
        }),
      );
    this.#added.set(key, this.#constants.add(packDense(data, type.element as FloatType | IntegerType)));
    return key;
  }
}

function readWeight(
  op: ParamOp,
  constants: PassContext["constants"],
  originOf: (key: string) => ResourceOrigin | undefined,
): Result<FloatTensor> {
  const value = readStored(op, constants, originOf);
  if (!value.ok) return value;
  return isDense(value.value) ? ok(value.value as FloatTensor) : unreachable("dense parameters were chosen");
}

/** The value of a parameter as it is stored, dense or not; its bytes are fetched and checked. */
export function readStored(
  op: ParamOp,
  constants: PassContext["constants"],
  originOf: (key: string) => ResourceOrigin | undefined,
): Result<RuntimeValue> {
  const bytes = new Map<string, Uint8Array>();
  for (const key of resourceKeys(op.attributes.value).values()) {
    const read = constants.read(key, originOf(key));
    if (!read.ok)
      return fail(...read.diagnostics.map((problem) => ({ ...problem, span: problem.span ?? op.span })));
    bytes.set(key, read.value);
  }
  const value = readParam(op, (key) => bytes.get(key) ?? unreachable(`${key} was read`));
  return isMismatch(value) ? fail(error(value.code, value.message, { span: op.span })) : ok(value);
}
