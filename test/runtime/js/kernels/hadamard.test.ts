import { expect, test } from "vitest";
import { hadamard as reference, signsOf } from "../../../../dialects/rot/transforms/hadamard.ts";
import { hadamardFactors, hadamardMatrix } from "../../../../dialects/rot/transforms/hadamard-matrix.ts";
import { type Hadamard, hadamard, hadamardWorkspace } from "../../../../runtime/js/kernels/hadamard.ts";
import { runKernel } from "../run-kernel.ts";
import { FIRST_BUFFER, normalFloats } from "./float-samples.ts";

const seed = 7;
const runs = 3;

test.each([4, 8, 12, 16, 20, 24, 28, 32, 40, 52, 64, 92, 96, 128, 172, 256, 448, 512, 1024])(
  "maps %i channels as the interpreter, both ways",
  (size) => {
    const { power, order } = hadamardFactors(size)!;
    const matrix = hadamardMatrix(order)!;
    for (const direction of ["forward", "inverse"] as const)
      for (const isSigned of [false, true]) {
        const transform = reference(size, isSigned ? seed : undefined);
        const data = normalFloats(runs * size, size, 3);
        [data[1], data[size + 2]] = [3e38, 1e-42];
        const wanted = data.slice();
        for (let run = 0; run < runs; run++)
          transform.apply(wanted.subarray(run * size, (run + 1) * size), direction);
        const isForward = direction === "forward";
        const shape: Hadamard = { power, order, signs: !isSigned ? "none" : isForward ? "before" : "after" };
        const args = {
          input: data,
          output: new Float32Array(data.length),
          signs: Float32Array.from(signsOf(size, seed)),
          matrix: Float64Array.from(matrix, (_, at) =>
            isForward ? matrix[at]! : matrix[(at % order) * order + Math.floor(at / order)]!,
          ),
          workspace: new Uint8Array(hadamardWorkspace(shape)),
        };
        const kernel = hadamard(shape);
        expect(runKernel(kernel, args, { units: runs, split: [1] }).output).toEqual(wanted);
        const inPlace = { ...args, output: FIRST_BUFFER };
        expect(runKernel(kernel, inPlace, { units: runs }).input).toEqual(wanted);
      }
  },
);
