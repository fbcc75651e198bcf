import type { WeightSolver } from "../../../compiler/define/solver.ts";
import { bitmod } from "./bitmod.ts";
import { codebook } from "./codebook.ts";
import { gptq } from "./gptq.ts";
import { mseClip } from "./mse-clip.ts";
import { olive } from "./olive.ts";
import { powerSearch } from "./power-search.ts";
import { roundToNearest } from "./round-to-nearest.ts";

/** Every weight solver of the dialect; the first is what the others are compared with. */
export const lowpSolvers: readonly WeightSolver[] = [
  roundToNearest,
  mseClip,
  gptq,
  codebook,
  bitmod,
  powerSearch,
  olive,
];
