import { lowpRecipes } from "../../dialects/lowp/recipes/index.ts";
import { rotRecipes } from "../../dialects/rot/recipes/rotated.ts";
import type { Scheme } from "./rows.ts";

/** What precedes rounding, by its name in the reference: blocks are those of its Hadamard matrices. */
const preparations = {
  fold: "fold-norms",
  "fold+H": "fold-norms,rotate{r1=true block=128},fuse-rotations",
  "fold+H+online o/down": "fold-norms,rotate{r1=true r4=true block=128},fuse-rotations",
};

const rounding = { "W4row A4 per-token": "w4a4-token", "W4g32 A4 per-token": "w4g32a4-token" };

const pipelineOf = (name: string): string => lowpRecipes.find((each) => each.name === name)!.pipeline;

/** Rows of the reference whose weights and inputs are rounded behind rotations. */
export const rotatedSchemes: readonly Scheme[] = Object.entries(preparations).flatMap(([what, before]) =>
  Object.entries(rounding).map(([how, recipe]) => ({
    name: `${what} ${how}`,
    part: "inputs" as const,
    how: { pipeline: `${before},${pipelineOf(recipe)}` },
  })),
);

/** The recipes of the dialect, which no reference knows. */
export const rotatedRecipes: readonly Scheme[] = rotRecipes.map(({ name, pipeline }) => ({
  name,
  part: pipeline.includes("quantize-activations") ? "inputs" : "weights",
  how: { pipeline },
}));
