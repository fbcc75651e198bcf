import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../compiler/cli/constant-host.ts";
import { writeSafetensors } from "../compiler/export/safetensors/write.ts";

/** Extents of a model of equal linear ops. */
export interface SyntheticModel {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Writes `model.mlir` with `count` linear ops side by side, whose f32 weights [rows, columns] are in
 * `weights.safetensors`; all weights differ, and are the same each time. Holds one weight at a time.
 */
export function writeSyntheticModel(folder: string, { count, rows, columns }: SyntheticModel): void {
  const names = Array.from({ length: count }, (_, i) => `w${i}`);
  const origins = new Map<string, string>();
  const byteLength = rows * columns * 4;
  const written = writeSafetensors(
    join(folder, "weights.safetensors"),
    names.map((name, i) => ({
      name,
      dtype: "F32",
      shape: [rows, columns],
      bytes() {
        const bytes = new Uint8Array(seededNumbers(rows * columns, i + 1).buffer);
        const place = `weights.safetensors#${name}, ${byteLength} bytes, sha256 ${sha256(bytes)}`;
        origins.set(name, `      ${name}: "${place}"`);
        return bytes;
      },
    })),
  );
  if (!written.ok) throw new Error(written.diagnostics[0]?.message);
  const weight = `tensor<${rows}x${columns}xf32>`;
  const output = `tensor<1x${rows}xf32>`;
  const lines = [
    ...names.map((name) => `lowp.param @${name} : ${weight} = dense_resource<${name}>`),
    `func.func @main(%x: tensor<1x${columns}xf32>) {`,
    ...names.flatMap((name) => [
      `  %${name} = lowp.get(@${name}) : ${weight}`,
      `  %${name}_y = nn.linear(%x, %${name}) : ${output}`,
    ]),
    "  return",
    "}",
    "{-#\n  external_resources: {\n    narrow: {",
    names.map((name) => origins.get(name)).join(",\n"),
    "    }\n  }\n#-}\n",
  ];
  writeFileSync(join(folder, "model.mlir"), lines.join("\n"));
}

/** Numbers between −0.1 and 0.1, different for each seed. (Numerical Recipes, ranqd1) */
export function seededNumbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(count);
  let state = Math.imul(seed, 2654435761) >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[i] = (state / 2 ** 32 - 0.5) * 0.2;
  }
  return numbers;
}
