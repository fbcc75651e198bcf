import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import * as kinds from "../kinds.ts";
import * as composite from "../transforms/composite.ts";
import * as matrices from "../transforms/dense.ts";
import { hadamard } from "../transforms/hadamard.ts";
import type { Transform } from "../transforms/transform.ts";

/** A transform that a pass has decided on, before it has definitions. */
export type PlannedTransform =
  | { readonly kind: "hadamard"; readonly size: number; readonly seed: number | undefined }
  | { readonly kind: "random"; readonly size: number; readonly seed: number }
  /** f64[size, size], invertible. */
  | {
      readonly kind: "dense";
      readonly size: number;
      readonly matrix: Float64Array;
      readonly isOrthogonal: boolean;
    }
  | { readonly kind: "product"; readonly parts: readonly PlannedPart[] }
  | { readonly kind: "kronecker"; readonly outer: PlannedPart; readonly inner: PlannedPart };

/** A transform within another one, with what its name ends in. */
export interface PlannedPart {
  readonly suffix: string;
  readonly transform: PlannedTransform;
}

export function transformOf(planned: PlannedTransform): Transform {
  switch (planned.kind) {
    case "hadamard":
      return hadamard(planned.size, planned.seed);
    case "random":
      return ofMatrix(matrices.randomOrthogonal(planned.size, planned.seed), planned.size);
    case "dense":
      return ofMatrix(planned.matrix, planned.size);
    case "product":
      return composite.product(planned.parts.map(({ transform }) => transformOf(transform)));
    case "kronecker":
      return composite.kronecker(transformOf(planned.outer.transform), transformOf(planned.inner.transform));
    default:
      return unreachable(`${planned satisfies never} is a plan`);
  }
}

const ofMatrix = (matrix: Float64Array, size: number): Transform =>
  matrices.dense(matrix, size) ?? unreachable("planned matrices have an inverse");

/** Where the definitions of a plan go. */
export interface DefinitionSink {
  /** A name with this beginning that nothing has yet. */
  free(name: string): string;
  define(
    name: string,
    transform: Attribute,
    matrix?: { readonly size: number; readonly data: Float64Array },
  ): void;
}

/** Defines a plan under a name, what it is made of before it. */
export function definePlanned(name: string, planned: PlannedTransform, sink: DefinitionSink): void {
  const part = ({ suffix, transform }: PlannedPart): readonly string[] => {
    const own = sink.free(`${name}_${suffix}`);
    definePlanned(own, transform, sink);
    return [own];
  };
  const matrix = planned.kind === "dense" ? { size: planned.size, data: planned.matrix } : undefined;
  sink.define(name, attributeOf(planned, part), matrix);
}

/** What a plan is called in the module, its parts by the names `nameOf` gives. */
function attributeOf(planned: PlannedTransform, nameOf: (part: PlannedPart) => readonly string[]): Attribute {
  switch (planned.kind) {
    case "hadamard":
      return kinds.hadamard.of({ size: planned.size, seed: planned.seed });
    case "random":
      return kinds.randomOrthogonal.of({ size: planned.size, seed: planned.seed });
    case "dense":
      return kinds.dense.of({ size: planned.size, orthogonal: planned.isOrthogonal });
    case "product":
      return kinds.product.of({ factors: planned.parts.map(nameOf) });
    case "kronecker": {
      const outer = nameOf(planned.outer);
      return kinds.kronecker.of({ outer, inner: nameOf(planned.inner) });
    }
    default:
      return unreachable(`${planned satisfies never} is a plan`);
  }
}
