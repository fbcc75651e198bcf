import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { type AnyParametric, defineAttribute } from "../../compiler/define/type.ts";
import { bool, int, listOf, optional, symbolReference, withDefault } from "../../compiler/schema/schema.ts";
import { hadamardFactors } from "./transforms/hadamard-matrix.ts";

const size = int({ min: 1 });
const seed = int({ min: 0, max: 2 ** 32 - 1 });

/** Signs, then a normalised Hadamard matrix. */
export const hadamard = defineAttribute("rot.hadamard", {
  summary:
    "diag(±1 drawn from `seed`) · H / √size, H of Sylvester's, Paley's and Williamson's; all +1 without a seed.",
  parameters: { size, seed: optional(seed) },
  positional: ["size"],
  verify: ({ size: order }): readonly Mismatch[] =>
    hadamardFactors(order)
      ? []
      : [
          mismatch("hadamard-size", `no construction gives a Hadamard matrix of order ${order}`, {
            hint: "use blocks of a power of two, or rot.random_orthogonal",
          }),
        ],
});

export const randomOrthogonal = defineAttribute("rot.random_orthogonal", {
  summary: "An orthogonal matrix drawn from `seed`, uniform among all.",
  parameters: { size, seed },
  positional: ["size"],
});

export const dense = defineAttribute("rot.dense", {
  summary: "The matrix [size, size] beside it, which is invertible, and orthogonal if it says so.",
  parameters: { size, orthogonal: withDefault(bool, false) },
  positional: ["size"],
});

export const permutation = defineAttribute("rot.permutation", {
  summary: "Channel i of the result is channel p[i], p [size] being beside it.",
  parameters: { size },
  positional: ["size"],
});

export const diagonal = defineAttribute("rot.diagonal", {
  summary: "Channel i times s[i], s [size] being beside it.",
  parameters: { size },
  positional: ["size"],
});

export const kronecker = defineAttribute("rot.kronecker", {
  summary: "outer ⊗ inner: the one on groups of channels, the other within each.",
  parameters: { outer: symbolReference, inner: symbolReference },
  positional: ["outer", "inner"],
});

export const product = defineAttribute("rot.product", {
  summary: "One after another, the first first.",
  parameters: { factors: listOf(symbolReference) },
  positional: ["factors"],
  variadic: true,
  verify: ({ factors }): readonly Mismatch[] =>
    factors.length > 0 ? [] : [mismatch("product-empty", "a product has at least one factor")],
});

export const blockDiagonal = defineAttribute("rot.block_diagonal", {
  summary: "The same transform on each of `count` runs of channels.",
  parameters: { block: symbolReference, count: int({ min: 1 }) },
  positional: ["block", "count"],
});

export const inverse = defineAttribute("rot.inverse", {
  summary: "What undoes another transform.",
  parameters: { of: symbolReference },
  positional: ["of"],
});

export const transpose = defineAttribute("rot.transpose", {
  summary: "The transpose of another transform.",
  parameters: { of: symbolReference },
  positional: ["of"],
});

export const transformKinds: readonly AnyParametric[] = [
  hadamard,
  randomOrthogonal,
  dense,
  permutation,
  diagonal,
  kronecker,
  product,
  blockDiagonal,
  inverse,
  transpose,
];
