import { lowpRecipes } from "../../dialects/lowp/recipes/index.ts";
import { cacheSchemes } from "./cache-schemes.ts";
import type { ModelName } from "./models.ts";
import { references } from "./references.ts";
import { rotatedRecipes, rotatedSchemes } from "./rotated-schemes.ts";

/** One scheme on one model. */
export interface Row {
  readonly model: ModelName;
  /** Unique among the rows of a model. */
  readonly name: string;
  readonly how: How;
  readonly part: Part;
  /** Scored tokens per window; the model's own where left out. */
  readonly window?: number;
  readonly expected?: Expected | undefined;
}

/** What is held in few bits: weights alone, the inputs of their layers too, or the caches of attention. */
export type Part = "weights" | "inputs" | "caches";

/** A value type for the block linears with a solver (default rtn), or a pipeline of one's own. */
export type How = { readonly type: string; readonly solver?: string } | { readonly pipeline: string };

/** What an independent program finds for the same scheme. */
export interface Expected {
  readonly loss: number;
  /** In nats. */
  readonly tolerance: number;
  /** Whether a lower loss is as welcome: the scheme leaves the solver room. */
  readonly orBetter: boolean;
}

const blocks = { row: "[1, *]", g32: "[1, 32]" } as const;
const symmetric = (bits: number) => `i${bits}<-${2 ** (bits - 1) - 1}:${2 ** (bits - 1) - 1}>`;

/** A row without its model. */
export type Scheme = Pick<Row, "name" | "how" | "part">;

const integerSchemes: readonly Scheme[] = (["row", "g32"] as const).flatMap((block) =>
  [8, 4, 3, 2].flatMap((bits): Scheme[] => {
    const exact = `!lowp.q<${symmetric(bits)}, block = ${blocks[block]}, scale = f32>`;
    const zero = `!lowp.q<ui${bits}, block = ${blocks[block]}, scale = f32, zero = ui${bits}>`;
    const scheme = (kind: string, how: How): Scheme => ({
      name: `W${bits} ${kind} ${block}`,
      how,
      part: "weights",
    });
    const nearest = scheme("RTN sym", { type: exact });
    if (bits === 8) return [nearest];
    return [
      nearest,
      scheme("RTN mse", { type: exact, solver: "mse-clip" }),
      scheme("RTN asym", { type: zero }),
      scheme("GPTQ sym", { type: exact, solver: "gptq" }),
      scheme("GPTQ mse", { type: exact, solver: "gptq<scales = mse>" }),
    ];
  }),
);

const schemes: readonly Scheme[] = [
  ...integerSchemes,
  {
    name: "MXFP4 weights",
    part: "weights",
    how: { type: "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>" },
  },
  {
    name: "NVFP4 weights",
    part: "weights",
    how: {
      type: "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
    },
  },
  ...(
    [
      [4, 64],
      [3, 64],
      [2, 32],
    ] as const
  ).map(([bits, group]) => ({
    name: `W${bits} GPTQ mse asym g${group}, f16 scales`,
    part: "weights" as const,
    how: {
      type: `!lowp.q<ui${bits}, block = [1, ${group}], scale = f16, zero = ui${bits}>`,
      solver: "gptq<scales = mse>",
    },
  })),
];

const recipe = (name: string, part: Part, recipeName: string): Scheme => ({
  name,
  part,
  how: { pipeline: lowpRecipes.find((each) => each.name === recipeName)!.pipeline },
});

/** Named schemes that no reference knows; their names are those of `narrow list recipes`. */
const namedSchemes: readonly Scheme[] = [
  "decouple-q-w4",
  "decouple-q-w3",
  "decouple-q-w2",
  "spqr-w3",
  "ptqtp",
  "lorc-w4",
  "lq-w3",
  "nvfp4-four-over-six",
  "nvfp4-tiles",
  "nvint4",
  "mxfp6",
  "awq-w4-g128",
  "awq-w3-g128",
  "nf4-g64",
  "squeezellm-w4",
  "squeezellm-w3",
  "bitmod-w4-g128",
  "bitmod-w3-g128",
  "olive-w4",
].map((name) => recipe(name, "weights", name));

/** Recipes by the row of the reference they reproduce. */
const inputRecipes = {
  "W8row A8 per-token": "w8a8-token",
  "W8row A8 per-tensor dynamic": "w8a8-tensor",
  "W8row A8 per-tensor static": "w8a8-static",
  "SmoothQuant0.5 W8row A8 per-token": "smoothquant-w8a8-token",
  "SmoothQuant0.5 W8row A8 per-tensor dynamic": "smoothquant-w8a8-tensor",
  "SmoothQuant0.5 W8row A8 per-tensor static": "smoothquant-w8a8-static",
  "W4g32 A8 per-token": "w4g32a8-token",
  "W4row A8 per-token": "w4a8-token",
  "W4row A4 per-token": "w4a4-token",
  "W4g32 A4 per-token": "w4g32a4-token",
  "f32 weights A4 per-token": "a4-token",
  "MXFP4 W+A": "mxfp4-w4a4",
  "NVFP4 W+A": "nvfp4-w4a4",
};
const inputSchemes = Object.entries(inputRecipes).map(([name, recipeName]) =>
  recipe(name, "inputs", recipeName),
);

/** A weight within an f32 rounding error of the middle between two codes may fall on either side. */
const ROUNDING = 5e-4;
/** Inputs in 4 bits: a rounding error of f32 sums tips many codes over, and they tip others; up to 0.0021 was seen. */
const TIPPING = 2.5e-3;
/** A code that falls on the other side changes all codes GPTQ chooses after it. */
const FEEDBACK = 2e-3;

function expectedOf(model: ModelName, { name, how, part }: Scheme): Expected | undefined {
  const loss = references[model][name];
  if (loss === undefined) return undefined;
  const feedsBack = "solver" in how && how.solver?.startsWith("gptq") === true;
  const tips = part === "caches" || /A4|W\+A/.test(name);
  return { loss, tolerance: feedsBack ? FEEDBACK : tips ? TIPPING : ROUNDING, orBetter: feedsBack };
}

const rowsOf = (model: ModelName, all: readonly Scheme[]): readonly Row[] =>
  all.map((scheme) => ({ ...scheme, model, expected: expectedOf(model, scheme) }));

/** Every row of the page, in its order within a model. */
export const rows: readonly Row[] = [
  ...rowsOf("example", [
    ...schemes,
    ...namedSchemes,
    ...inputSchemes,
    ...rotatedSchemes,
    ...rotatedRecipes,
    ...cacheSchemes,
  ]),
  ...rowsOf("shakespeare", [
    ...schemes,
    ...namedSchemes.slice(0, 3),
    ...inputSchemes,
    ...rotatedSchemes,
    ...rotatedRecipes,
  ]),
  ...rowsOf("outliers", [...schemes, ...inputSchemes, ...rotatedSchemes, ...rotatedRecipes]),
];
