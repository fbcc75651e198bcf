import type { WeightSolver } from "../../../compiler/define/solver.ts";
import { alternateLowRank } from "./alternate-low-rank.ts";
import { awqClip } from "./awq-clip.ts";
import { bitmod } from "./bitmod.ts";
import { absmean, rmsScale, ternaryWeights } from "./closed-forms.ts";
import { codebook } from "./codebook.ts";
import { decoupleQ } from "./decouple-q.ts";
import { denseAndSparse } from "./dense-and-sparse.ts";
import { floatSearch } from "./float-search.ts";
import { fourOverSix } from "./four-over-six.ts";
import { gptq } from "./gptq.ts";
import { lowRankCorrection } from "./low-rank-correction.ts";
import { mixedGroups } from "./mixed-groups.ts";
import { mseClip } from "./mse-clip.ts";
import { olive } from "./olive.ts";
import { outputPca } from "./output-pca.ts";
import { powerSearch } from "./power-search.ts";
import { roundToNearest } from "./round-to-nearest.ts";
import { salientRows } from "./salient-rows.ts";
import { spqr } from "./spqr.ts";
import { tritPlanes } from "./trit-planes.ts";

/** Every weight solver of the dialect; the first is what the others are compared with. */
export const lowpSolvers: readonly WeightSolver[] = [
  roundToNearest,
  mseClip,
  awqClip,
  gptq,
  decoupleQ,
  lowRankCorrection,
  alternateLowRank,
  outputPca,
  denseAndSparse,
  salientRows,
  mixedGroups,
  spqr,
  tritPlanes,
  fourOverSix,
  absmean,
  ternaryWeights,
  rmsScale,
  floatSearch,
  codebook,
  bitmod,
  powerSearch,
  olive,
];
