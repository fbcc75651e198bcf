import { type Diagnostic, error } from "../../diagnostics/diagnostic.ts";
import type { Extent } from "./header.ts";

/**
 * Complaints about tensors that overlap, leave a hole, or end elsewhere than the file does. The format
 * demands that the data be filled exactly (safetensors README, "Format").
 */
export function checkExtents(file: string, extents: readonly Extent[], dataLength: number): Diagnostic[] {
  const ordered = extents.toSorted((left, right) => left.begin - right.begin || left.end - right.end);
  const problems: Diagnostic[] = [];
  let reached: Extent = { name: "the header", begin: 0, end: 0 };
  for (const extent of ordered) {
    if (extent.begin !== reached.end) problems.push(gapOrOverlap(file, reached, extent));
    if (extent.end >= reached.end) reached = extent;
  }
  if (reached.end > dataLength) problems.push(truncated(file, ordered, dataLength));
  if (reached.end < dataLength) problems.push(trailing(file, reached, dataLength));
  return problems;
}

const hint = "write the file again with a safetensors library";

function gapOrOverlap(file: string, before: Extent, after: Extent): Diagnostic {
  const distance = after.begin - before.end;
  const found =
    distance > 0
      ? `a hole of ${distance} bytes between ${before.name} and ${after.name}`
      : `tensors ${before.name} and ${after.name} overlap by ${Math.min(-distance, after.end - after.begin)} bytes`;
  return error("safetensors-length", `${file}: ${found}; expected one to begin where the other ends`, {
    hint,
  });
}

function trailing(file: string, last: Extent, dataLength: number): Diagnostic {
  const found = `${dataLength - last.end} bytes after the last tensor ${last.name}`;
  return error("safetensors-length", `${file}: ${found}; expected the file to end there`, { hint });
}

function truncated(file: string, ordered: readonly Extent[], dataLength: number): Diagnostic {
  const needed = ordered.reduce((largest, extent) => Math.max(largest, extent.end), 0);
  const affected = ordered.filter((extent) => extent.end > dataLength);
  const missing = `${needed - dataLength} of ${needed} bytes of data are missing`;
  const first = `the first tensor affected is ${affected[0]?.name}, of ${affected.length}`;
  return error("safetensors-truncated", `${file}: ${missing}; ${first}`, {
    hint: "copy or download the file again",
  });
}
