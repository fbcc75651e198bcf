import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelName } from "./models.ts";
import { root } from "./root.ts";

/** One scheme on one model. */
export interface Row {
  readonly model: ModelName;
  /** Unique among the rows of a model. */
  readonly name: string;
  readonly how: How;
  /** Scored tokens per window; the model's own where left out. */
  readonly window?: number;
  readonly expected?: Expected | undefined;
}

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

type Scheme = Pick<Row, "name" | "how">;

const integerSchemes: readonly Scheme[] = (["row", "g32"] as const).flatMap((block) =>
  [8, 4, 3, 2].flatMap((bits): Scheme[] => {
    const exact = `!lowp.q<${symmetric(bits)}, block = ${blocks[block]}, scale = f32>`;
    const zero = `!lowp.q<ui${bits}, block = ${blocks[block]}, scale = f32, zero = ui${bits}>`;
    const scheme = (kind: string, how: How): Scheme => ({ name: `W${bits} ${kind} ${block}`, how });
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
  { name: "MXFP4 weights", how: { type: "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>" } },
  {
    name: "NVFP4 weights",
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
    how: {
      type: `!lowp.q<ui${bits}, block = [1, ${group}], scale = f16, zero = ui${bits}>`,
      solver: "gptq<scales = mse>",
    },
  })),
];

/** Losses of the independent program, by model and name of the row. */
const references: Readonly<Record<ModelName, Readonly<Record<string, number | undefined>>>> = {
  example: exampleReferences(),
  shakespeare: {
    "W8 RTN sym row": 1.37436,
    "W4 RTN sym row": 1.391086,
    "W4 RTN mse row": 1.39619,
    "W4 RTN asym row": 1.385499,
    "W4 GPTQ sym row": 1.3855,
    "W4 GPTQ mse row": 1.3843,
    "W3 RTN sym row": 1.504565,
    "W3 RTN mse row": 1.447408,
    "W3 RTN asym row": 1.436852,
    "W3 GPTQ sym row": 1.4277,
    "W3 GPTQ mse row": 1.4149,
    "W2 RTN sym row": 3.668998,
    "W2 RTN mse row": 1.927345,
    "W2 RTN asym row": 2.099901,
    "W2 GPTQ sym row": 2.4215,
    "W2 GPTQ mse row": 1.9322,
    "W8 RTN sym g32": 1.374418,
    "W4 RTN sym g32": 1.384267,
    "W4 RTN mse g32": 1.384548,
    "W4 RTN asym g32": 1.382594,
    "W4 GPTQ sym g32": 1.3789,
    "W4 GPTQ mse g32": 1.3771,
    "W3 RTN sym g32": 1.436293,
    "W3 RTN mse g32": 1.413965,
    "W3 RTN asym g32": 1.411502,
    "W3 GPTQ sym g32": 1.4076,
    "W3 GPTQ mse g32": 1.4014,
    "W2 RTN sym g32": 2.695058,
    "W2 RTN mse g32": 1.834265,
    "W2 RTN asym g32": 1.684162,
    "W2 GPTQ sym g32": 2.7319,
    "W2 GPTQ mse g32": 1.6548,
    "MXFP4 weights": 1.387626,
    "NVFP4 weights": 1.385056,
  },
};

function exampleReferences(): Readonly<Record<string, number | undefined>> {
  const text = readFileSync(join(root, "examples/tiny-llama/baselines.json"), "utf8");
  const figures: Readonly<Record<string, { readonly loss: number }>> = JSON.parse(text)["tiny-llama"];
  return Object.fromEntries(Object.entries(figures).map(([name, { loss }]) => [name, loss]));
}

/** A weight within an f32 rounding error of the middle between two codes may fall on either side. */
const ROUNDING = 5e-4;
/** A code that falls on the other side changes all codes GPTQ chooses after it. */
const FEEDBACK = 0.02;

function expectedOf(model: ModelName, { name, how }: Scheme): Expected | undefined {
  const loss = references[model][name];
  if (loss === undefined) return undefined;
  const feedsBack = "solver" in how && how.solver?.startsWith("gptq") === true;
  return { loss, tolerance: feedsBack ? FEEDBACK : ROUNDING, orBetter: feedsBack };
}

const everywhere = (scheme: Scheme): readonly Row[] =>
  (["example", "shakespeare"] as const).map((model) => ({
    ...scheme,
    model,
    expected: expectedOf(model, scheme),
  }));

/** Every row of the page, in its order within a model. */
export const rows: readonly Row[] = schemes.flatMap(everywhere);
