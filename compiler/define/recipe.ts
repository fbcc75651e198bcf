/** A published scheme under a name: the pipeline that produces it. */
export interface Recipe {
  readonly name: string;
  readonly summary: string;
  /** Text of a pipeline, as `--pipeline` takes it. */
  readonly pipeline: string;
  /** The option in the pipeline that says which weights are meant, where another may take its place. */
  readonly selector?: string;
}

/**
 * The pipeline of a recipe for the weights whose symbols match one of `only`, * matching anything; undefined where
 * the recipe tells weights apart by their names.
 */
export const pipelineFor = ({ pipeline, selector }: Recipe, only: readonly string[]): string | undefined =>
  selector === undefined
    ? undefined
    : pipeline.replaceAll(selector, `only=[${only.map((symbol) => JSON.stringify(symbol)).join(", ")}]`);
