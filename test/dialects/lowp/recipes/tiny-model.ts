import { createHash } from "node:crypto";
import { floats, write, writeWeights } from "../../../compiler/cli/command-line.ts";
import { text } from "../../../runtime/calibration/small-model.ts";

/** `model.mlir` with weights [rows, columns] or [length] that only the name's place decides, and `text.txt`. */
export function writeModelOf(
  folder: string,
  program: string,
  shapes: Readonly<Record<string, readonly number[]>>,
): void {
  const weights = Object.entries(shapes).map(([name, shape], seed) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, (_, i) => Math.sin(i * i + seed) / 4);
    return { name, shape, bytes: floats(...values) };
  });
  writeWeights(folder, "weights.safetensors", weights);
  const places = weights.map(({ name, bytes }) => {
    const digest = createHash("sha256").update(bytes).digest("hex");
    return `      ${name}: "weights.safetensors#${name}, ${bytes.length} bytes, sha256 ${digest}"`;
  });
  write(
    folder,
    "model.mlir",
    `${program}\n{-#\n  external_resources: {\n    narrow: {\n${places.join(",\n")}\n    }\n  }\n#-}\n`,
  );
  write(folder, "text.txt", text);
}
