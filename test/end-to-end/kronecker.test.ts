import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { isLong, narrow, repository } from "./narrow.ts";

const example = join(repository, "examples/tiny-llama");
const folder = temporaryFolder();
const evaluation = v.object({ loss: v.number() });

/** Loss on the first 4096 tokens, in nats, of weights and inputs of four bits with inputs mapped as told. */
async function lossOf(name: string, how: string): Promise<number> {
  const fourBits = "!lowp.q<i4<-7:7>, block = [1, *], scale = f32>";
  const blocks = 'only=["layers.*"]';
  // Inputs come first: what is mapped as the program runs, calibration cannot see.
  const inputs = `rotate{r4=true only=["*.o_proj", "*.down_proj"] ${how}}`;
  const rounding = `quantize-activations{type=${fourBits} ${blocks}},quantize-weights{type=${fourBits} ${blocks}}`;
  const pipeline = `fold-norms,${inputs},rotate{r1=true},fuse-rotations,${rounding},hoist-dequant`;
  const output = join(folder, `${name}.mlir`);
  const calibration = how.includes("klt") ? ["--calibration", join(example, "calib_text.txt")] : [];
  await narrow("opt", join(example, "model.mlir"), "--pipeline", pipeline, ...calibration, "-o", output);
  const text = join(example, "eval_text.txt");
  const printed = await narrow("eval", output, "--text", text, "--limit", "4096", "--json");
  return v.parse(evaluation, JSON.parse(printed)).loss;
}

// A minute each. Measured: 1.0610 in floats; in four bits 1.0989 behind Hadamard transforms, 1.0942 behind factors.
describe.runIf(isLong)("two small transforms by calibration data", () => {
  test("lose less of the shipped model in four bits than Hadamard transforms", async () => {
    const hadamard = await lossOf("hadamard", "");
    const factors = await lossOf("factors", "kronecker=klt whitening=0.5");
    expect(factors).toBeLessThan(hadamard);
    expect(factors).toBeLessThan(1.1);
  });
});
