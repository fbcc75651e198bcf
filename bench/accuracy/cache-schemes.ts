import { cacheRow } from "./cache-rows.ts";
import { references } from "./references.ts";

/** Every row of the reference about caches, with the pipeline that reproduces it. */
export const cacheSchemes = Object.keys(references.example).flatMap((name) => {
  const row = cacheRow(name);
  return row ? [{ name, part: "caches" as const, how: { pipeline: row.pipeline } }] : [];
});
