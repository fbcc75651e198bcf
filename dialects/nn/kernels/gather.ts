import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { embedding, gather } from "../ops/gather.ts";
import * as reference from "../reference/gather.ts";
import { axisOf } from "./axes.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { dense, floats, indexes } from "./values.ts";

/** Kernels of ops/gather.ts. */
export const gatherKernels = [
  defineTensorKernel(gather, ({ table, indices }, attributes) => {
    const [rows, axis] = [indexes(indices), axisOf(attributes.axis, table)];
    const size = table.shape[axis]!;
    return checkIndices(rows, size, axis) ?? reference.gather(dense(table), rows, { axis });
  }),
  defineTensorKernel(embedding, ({ table, tokens }) => {
    const rows = indexes(tokens);
    return checkTokens(rows, table.shape[0]!) ?? reference.embedding(floats(table), rows);
  }),
];

function checkIndices({ data }: reference.IndexTensor, size: number, axis: number): Mismatch | undefined {
  const stray = Array.from(data, Number).find((index) => index < -size || index >= size);
  if (stray === undefined) return undefined;
  return mismatch("index-range", `index ${stray} is outside axis ${axis} of ${size} elements`, {
    blames: "indices",
  });
}

function checkTokens({ data }: reference.IndexTensor, rowCount: number): Mismatch | undefined {
  const stray = Array.from(data, Number).find((token) => token < 0 || token >= rowCount);
  if (stray === undefined) return undefined;
  return mismatch("token-range", `token ${stray} is outside the table of ${rowCount} rows`, {
    blames: "tokens",
  });
}
