import type { Result } from "../../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../../compiler/diagnostics/render.ts";

/** The value of a result; throws what its diagnostics say. */
export function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(renderAll(result.diagnostics, new Map()));
  return result.value;
}
