/** A published scheme under a name: the pipeline that produces it. */
export interface Recipe {
  readonly name: string;
  readonly summary: string;
  /** Text of a pipeline, as `--pipeline` takes it. */
  readonly pipeline: string;
}
