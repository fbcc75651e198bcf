import type { AnyPass } from "../define/pass.ts";
import { canonicalize } from "./canonicalize.ts";
import { cse } from "./cse.ts";
import { eliminateDeadCode } from "./eliminate-dead-code.ts";
import { foldConstants } from "./fold-constants.ts";
import { inferShapes } from "./infer-shapes.ts";

/** Passes that work on any dialect. */
export const genericPasses: readonly AnyPass[] = [
  canonicalize,
  cse,
  eliminateDeadCode,
  foldConstants,
  inferShapes,
];
