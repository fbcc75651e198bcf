import type { Recipe } from "../../../compiler/define/recipe.ts";
import { activationRecipes } from "./activations.ts";
import { awqRecipes } from "./awq.ts";
import { decoupleQRecipes } from "./decouple-q.ts";
import { formatRecipes } from "./formats.ts";
import { gptqRecipes } from "./gptq.ts";
import { lowRankRecipes } from "./low-rank.ts";
import { mixedGroupRecipes } from "./mixed-groups.ts";
import { roundToNearest } from "./round-to-nearest.ts";
import { spqrRecipes } from "./spqr.ts";
import { tableRecipes } from "./tables.ts";
import { tritPlaneRecipes } from "./trit-planes.ts";

/** Every recipe of the dialect, plain rounding first. */
export const lowpRecipes: readonly Recipe[] = [
  ...roundToNearest,
  ...formatRecipes,
  ...gptqRecipes,
  ...awqRecipes,
  ...mixedGroupRecipes,
  ...decoupleQRecipes,
  ...spqrRecipes,
  ...tritPlaneRecipes,
  ...tableRecipes,
  ...lowRankRecipes,
  ...activationRecipes,
];
