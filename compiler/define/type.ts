import type { TensorType } from "../ir/types.ts";
import type { InferAll, InputAll, Schemas } from "../schema/schema.ts";
import { complete } from "../schema/schema.ts";
import type { Mismatch } from "./op.ts";

/**
 * A type or attribute of a dialect: `!lowp.q<i4, block = [1, 32], scale = f16>` follows from the
 * schemas. `positional` names the parameters written without a key, in order; the last of them is
 * variadic if `variadic` says so (its schema is then of a list). The others are written `key = value`.
 */
export interface ParametricDefinition<P extends Schemas = Schemas> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  readonly positional: readonly string[];
  readonly variadic?: boolean;
  /** Laws on the parameters alone. */
  verify?(parameters: InferAll<P>): readonly Mismatch[];
  /** Laws on a tensor that has it as element type or as encoding. */
  verifyInTensor?(parameters: InferAll<P>, tensor: TensorType): readonly Mismatch[];
  /** Replaces the derived body syntax, for types whose spelling another project fixed. */
  readonly syntax?: BodySyntax<InferAll<P>>;
  /** Builds the value; parameters with a default may be left out. */
  of(parameters: InputAll<P>): {
    readonly kind: "dialect";
    readonly name: string;
    readonly parameters: InferAll<P>;
  };
  /** Narrows any type or attribute to this one. */
  is(value: { readonly kind: string }): value is {
    readonly kind: "dialect";
    readonly name: string;
    readonly parameters: InferAll<P>;
  };
}

/** Hand-written body syntax; `decode` says what is wrong instead of returning undefined. */
export interface BodySyntax<Parameters> {
  decode(items: readonly import("../ir/attributes.ts").Literal[]): Parameters | Mismatch;
  encode(parameters: Parameters): readonly import("../ir/attributes.ts").Literal[];
}

export type AnyParametric = ParametricDefinition;

type Spec<P extends Schemas> = Omit<ParametricDefinition<P>, "name" | "of" | "is" | "positional"> & {
  readonly positional?: readonly (keyof P & string)[];
};

function define<const P extends Schemas>(
  name: `${string}.${string}`,
  spec: Spec<P>,
): ParametricDefinition<P> {
  return {
    positional: [],
    ...spec,
    name,
    of: (given) => ({
      kind: "dialect",
      name,
      parameters: complete(spec.parameters, given as Readonly<Record<string, unknown>>) as InferAll<P>,
    }),
    is: (value): value is { kind: "dialect"; name: string; parameters: InferAll<P> } =>
      value.kind === "dialect" && (value as unknown as { readonly name: string }).name === name,
  };
}

/** A type, written `!dialect.name<…>`. */
export const defineType: typeof define = define;
/** An attribute, written `#dialect.name<…>`. */
export const defineAttribute: typeof define = define;
