// npm run bench:memory -- [weights]: time and memory of quantizing a file of so many 64 MB weights (32: 2 GB).
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { builtCommand, costOf } from "./peak-memory.ts";
import { writeSyntheticModel } from "./synthetic-model.ts";

const root = join(import.meta.dirname, "..").replace(/\/dist$/, "");
const count = Number(process.argv[2] ?? 32);
const type = "!lowp.q<i4, block = [1, 32], scale = f16>";
const folder = mkdtempSync(join(tmpdir(), "narrow-memory-"));
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

console.error(`writing ${count} weights of 64 MB to ${folder}`);
writeSyntheticModel(folder, { count, rows: 4096, columns: 4096 });
const table = new Table({
  head: ["MB in", "MB out", "workers", "seconds", "peak memory MB"],
  colAligns: ["right", "right", "right", "right", "right"],
  style: { head: [], border: [] },
});
for (const workers of ["1", "2"]) {
  const args = ["quantize", "model.mlir", "--type", type, "--workers", workers, "-o", "quantized.mlir"];
  const { bytes, seconds } = costOf(folder, builtCommand(root), args);
  const size = (file: string) => megabytes(statSync(join(folder, file)).size);
  table.push([
    size("weights.safetensors"),
    size("quantized.safetensors"),
    workers,
    seconds.toFixed(1),
    megabytes(bytes),
  ]);
}
rmSync(folder, { recursive: true });
console.log(`rtn ${type}`);
console.log(table.toString());
