import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { fail, ok } from "../diagnostics/diagnostic.ts";
import { missingTensor, openSafetensors, type SafetensorsFile } from "../import/safetensors/read.ts";
import type { ConstantHost } from "../ir/constants.ts";

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Reads tensors out of safetensors files in `folder`. A file is opened once, its header read, and each
 * tensor fetched by position when asked for: Node has no memory mapping, and the system's page cache
 * does the same job.
 */
export function constantHost(folder: string): ConstantHost {
  const files = new Map<string, SafetensorsFile>();
  return {
    sha256,
    readTensor(file, tensor) {
      const path = resolve(folder, file);
      const known = files.get(path);
      const opened = known ? ok(known) : openSafetensors(path);
      if (!opened.ok) return opened;
      files.set(path, opened.value);
      return opened.value.tensors.has(tensor)
        ? ok(opened.value.read(tensor))
        : fail(missingTensor(opened.value, tensor));
    },
  };
}
