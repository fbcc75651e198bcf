import type { Recipe } from "../../../compiler/define/recipe.ts";

/** The linear weights of the blocks, as the importers name them; embeddings and head stay as they are. */
export const BLOCKS = 'only=["layers.*"]';

/** A scheme for the linear weights of the blocks: a type, and the solver that fills it. */
export function blockRecipe({
  name,
  summary,
  type,
  solver,
}: {
  readonly name: string;
  readonly summary: string;
  readonly type: string;
  /** Round to nearest where left out. */
  readonly solver?: string;
}): Recipe {
  const by = solver === undefined ? "" : ` solver=${solver}`;
  return {
    name,
    summary: `${summary}; block linears`,
    pipeline: `quantize-weights{type=${type}${by} ${BLOCKS}},hoist-dequant`,
    selector: BLOCKS,
  };
}
