import type { Recipe } from "../../../compiler/define/recipe.ts";

const SOLVER = "decouple-q<target = output>";

/** How the weights of one kind are held. */
interface Held {
  readonly bits: number;
  readonly group: number;
  /** Bits of a zero point; below the codes' own it is an integer, else a fraction of a code. */
  readonly zero: string;
}

/** Unsigned integers; scales are codes of 4 bits under one f16 for four rows. */
const typeOf = ({ bits, group, zero }: Held): string =>
  `!lowp.q<ui${bits}, block = [1, ${group}], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ${zero}>`;

/** Zero points between the codes: of two bits' four whole ones none may be near the best. */
const fraction = "!lowp.q<ui4, block = [*, *], scale = f16>";

interface Scheme {
  readonly name: string;
  /** Bits per weight that the whole stays below, scales and zero points counted, where inputs are 128 or more. */
  readonly size: string;
  readonly most: Held;
  /** Small weights that the loss feels most per parameter: a bit more in them is the cheapest to give. */
  readonly sensitive: readonly string[];
  readonly rest: Held;
}

function recipe({ name, size, most, sensitive, rest }: Scheme): Recipe {
  const names = `[${sensitive.map((each) => `"layers.*.${each}"`).join(", ")}]`;
  return {
    name,
    summary: `decoupleQ, ${most.bits}-bit integers (${rest.bits} in ${sensitive.join(", ")}), zero points and 4-bit scales per ${most.group} inputs, about ${size} bits in all; block linears`,
    pipeline: [
      `quantize-weights{type=${typeOf(most)} solver=${SOLVER} only=["layers.*"] skip=${names}}`,
      `quantize-weights{type=${typeOf(rest)} solver=${SOLVER} only=${names}}`,
      "hoist-dequant",
    ].join(","),
  };
}

/** Schemes for a size; they need calibration data. (Guo et al., decoupleQ, arXiv 2404.12759) */
export const decoupleQRecipes: readonly Recipe[] = [
  recipe({
    name: "decouple-q-w4",
    size: "4.5",
    most: { bits: 4, group: 32, zero: "ui4" },
    sensitive: ["k_proj", "v_proj", "o_proj"],
    rest: { bits: 5, group: 32, zero: "ui5" },
  }),
  recipe({
    name: "decouple-q-w3",
    size: "3.5",
    most: { bits: 3, group: 32, zero: fraction },
    sensitive: ["k_proj", "v_proj", "o_proj"],
    rest: { bits: 4, group: 32, zero: fraction },
  }),
  recipe({
    name: "decouple-q-w2",
    size: "2.6",
    most: { bits: 2, group: 16, zero: fraction },
    sensitive: ["k_proj", "v_proj"],
    rest: { bits: 3, group: 32, zero: fraction },
  }),
];
