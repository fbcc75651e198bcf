import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelName } from "./models.ts";
import { root } from "./root.ts";

/** Losses in nats that an independent numpy program finds, by the name of the scheme. */
export type References = Readonly<Record<string, number | undefined>>;

/** Folding the gains of norms takes away all that the outliers of a model are. */
const rotated: References = {
  "fold W4row A4 per-token": 1.516492,
  "fold W4g32 A4 per-token": 1.508964,
  "fold+H W4row A4 per-token": 1.495256,
  "fold+H W4g32 A4 per-token": 1.486371,
  "fold+H+online o/down W4row A4 per-token": 1.421842,
  "fold+H+online o/down W4g32 A4 per-token": 1.408596,
};

const shakespeare: References = {
  ...rotated,
  "W8 RTN sym row": 1.37436,
  "W4 RTN sym row": 1.391086,
  "W3 RTN sym row": 1.504565,
  "W2 RTN sym row": 3.668998,
  "W4 RTN mse row": 1.39619,
  "W4 RTN asym row": 1.385499,
  "W3 RTN mse row": 1.447408,
  "W3 RTN asym row": 1.436852,
  "W2 RTN mse row": 1.927345,
  "W2 RTN asym row": 2.099901,
  "W8 RTN sym g32": 1.374418,
  "W4 RTN sym g32": 1.384267,
  "W3 RTN sym g32": 1.436293,
  "W2 RTN sym g32": 2.695058,
  "W4 RTN mse g32": 1.384548,
  "W4 RTN asym g32": 1.382594,
  "W3 RTN mse g32": 1.413965,
  "W3 RTN asym g32": 1.411502,
  "W2 RTN mse g32": 1.834265,
  "W2 RTN asym g32": 1.684162,
  "MXFP4 weights": 1.387626,
  "NVFP4 weights": 1.385056,
  "W8row A8 per-token": 1.374729,
  "W8row A8 per-tensor dynamic": 1.377598,
  "W8row A8 per-tensor static": 1.379368,
  "SmoothQuant0.5 W8row A8 per-token": 1.37414,
  "SmoothQuant0.5 W8row A8 per-tensor dynamic": 1.377288,
  "SmoothQuant0.5 W8row A8 per-tensor static": 1.379038,
  "W4g32 A8 per-token": 1.384975,
  "W4row A8 per-token": 1.392903,
  "W4row A4 per-token": 1.517894,
  "W4g32 A4 per-token": 1.492318,
  "f32 weights A4 per-token": 1.480247,
  "MXFP4 W+A": 1.428545,
  "NVFP4 W+A": 1.399805,
  "W4 GPTQ sym row": 1.385456,
  "W4 GPTQ mse row": 1.384262,
  "W3 GPTQ sym row": 1.427679,
  "W3 GPTQ mse row": 1.414893,
  "W2 GPTQ sym row": 2.421545,
  "W2 GPTQ mse row": 1.932223,
  "W4 GPTQ sym g32": 1.378934,
  "W4 GPTQ mse g32": 1.377105,
  "W3 GPTQ sym g32": 1.407568,
  "W3 GPTQ mse g32": 1.401377,
  "W2 GPTQ sym g32": 2.731918,
  "W2 GPTQ mse g32": 1.654849,
};

const outliers: References = {
  ...rotated,
  "W8 RTN sym row": 1.374321,
  "W4 RTN sym row": 1.532874,
  "W3 RTN sym row": 1.70772,
  "W2 RTN sym row": 3.881418,
  "W4 RTN mse row": 1.533514,
  "W4 RTN asym row": 1.522602,
  "W3 RTN mse row": 1.623506,
  "W3 RTN asym row": 1.628396,
  "W2 RTN mse row": 2.138155,
  "W2 RTN asym row": 2.525093,
  "W8 RTN sym g32": 1.375736,
  "W4 RTN sym g32": 1.526558,
  "W3 RTN sym g32": 1.61179,
  "W2 RTN sym g32": 3.05596,
  "W4 RTN mse g32": 1.518054,
  "W4 RTN asym g32": 1.52883,
  "W3 RTN mse g32": 1.582485,
  "W3 RTN asym g32": 1.570477,
  "W2 RTN mse g32": 2.099425,
  "W2 RTN asym g32": 1.966612,
  "MXFP4 weights": 1.52166,
  "NVFP4 weights": 1.489031,
  "W8row A8 per-token": 1.416174,
  "W8row A8 per-tensor dynamic": 1.636278,
  "W8row A8 per-tensor static": 1.699353,
  "SmoothQuant0.5 W8row A8 per-token": 1.37415,
  "SmoothQuant0.5 W8row A8 per-tensor dynamic": 1.377249,
  "SmoothQuant0.5 W8row A8 per-tensor static": 1.379031,
  "W4g32 A8 per-token": 1.663499,
  "W4row A8 per-token": 1.666518,
  "W4row A4 per-token": 5.106412,
  "W4g32 A4 per-token": 5.078966,
  "f32 weights A4 per-token": 4.814203,
  "MXFP4 W+A": 3.224735,
  "NVFP4 W+A": 2.165623,
  "W4 GPTQ sym row": 1.404423,
  "W4 GPTQ mse row": 1.407784,
  "W3 GPTQ sym row": 1.468695,
  "W3 GPTQ mse row": 1.446599,
  "W2 GPTQ sym row": 2.531768,
  "W2 GPTQ mse row": 1.960208,
  "W4 GPTQ sym g32": 1.403166,
  "W4 GPTQ mse g32": 1.398171,
  "W3 GPTQ sym g32": 1.44286,
  "W3 GPTQ mse g32": 1.428459,
  "W2 GPTQ sym g32": 2.684324,
  "W2 GPTQ mse g32": 1.725767,
};

/** By model; schemes without one are absent. */
export const references: Readonly<Record<ModelName, References>> = {
  example: exampleReferences(),
  shakespeare,
  outliers,
};

function exampleReferences(): References {
  const text = readFileSync(join(root, "examples/tiny-llama/baselines.json"), "utf8");
  const parts: Readonly<Record<string, Readonly<Record<string, { readonly loss: number }>>>> =
    JSON.parse(text);
  return Object.fromEntries(
    Object.values(parts).flatMap((figures) =>
      Object.entries(figures).map(([name, { loss }]) => [name, loss]),
    ),
  );
}
