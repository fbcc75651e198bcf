import type { WeightSolver } from "../../../compiler/define/solver.ts";
import { gptq } from "./gptq.ts";
import { mseClip } from "./mse-clip.ts";
import { roundToNearest } from "./round-to-nearest.ts";

/** Every weight solver of the dialect; the first is what the others are compared with. */
export const lowpSolvers: readonly WeightSolver[] = [roundToNearest, mseClip, gptq];
