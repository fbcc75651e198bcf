import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import { writeNpy } from "../../compiler/export/npy/write.ts";
import type { FloatData, Tensor } from "../../compiler/numeric/tensor.ts";
import { takeExamples } from "../../runtime/classification/evaluate.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { addComparison, logProbabilities } from "../../runtime/log-probabilities.ts";
import { expectValue, temporaryFolder } from "../compiler/import/files.ts";
import {
  hasModel,
  isAll,
  isLong,
  largestDifference,
  models,
  narrow,
  openModule,
  readFloats,
  readIntegers,
} from "./narrow.ts";
import { expectNear } from "./references.ts";
import { type Architecture, visionModule } from "./vision-models.ts";
import { visionPipeline } from "./vision-rows.ts";

/**
 * A row of the networks on tokens or convolutions takes minutes; by default only the quickest network has some,
 * and all its rows in a long run.
 */
const always = new Set(["MXFP4 weights", "W8row A8 per-tensor static"]);
const ROW_TIMEOUT = 3_600_000;

/** The largest difference of logits from those of PyTorch, f32 sums in another order. */
const LOGITS_TOLERANCE = 2e-4;
/** Sums of f32 in another order tip a code now and then: one step of a coarse grid, and all that follow in GPTQ. */
const TOLERANCE = 5e-4;
const COARSE_TOLERANCE = 2e-3;
/** At 2 bits a code tipped is half the range of a row, and GPTQ chooses all codes after it by its error. */
const CHAOS = 0.1;

const IMAGES = 2000;
const BATCH = 100;
/** Images that show the network to be the right one. */
const GLANCE = 20;

interface Network {
  /** In the tables. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly weights: string;
  readonly logits: string;
  readonly table: string;
}

const networks: readonly Network[] = [
  {
    name: "mlp-relu",
    architecture: "mlp",
    weights: "mlp-relu/model.safetensors",
    logits: "mlp-relu/ref_logits.bin",
    table: "baselines_vision.json",
  },
  {
    name: "mlp-relu (dense parent)",
    architecture: "mlp",
    weights: "mlp-relu/model_dense.safetensors",
    logits: "mlp-relu/ref_logits_dense.bin",
    table: "baselines_vision.json",
  },
  {
    name: "digits-resnet",
    architecture: "resnet",
    weights: "digits-resnet/model.safetensors",
    logits: "digits-resnet/ref_logits.bin",
    table: "baselines_vision.json",
  },
  {
    name: "digits-vit",
    architecture: "vit",
    weights: "digits-vit/model.safetensors",
    logits: "digits-vit/ref_logits.bin",
    table: "baselines_vision_vit.json",
  },
];

const tables = v.record(v.string(), v.record(v.string(), v.object({ ce: v.number(), kl: v.number() })));
const output = temporaryFolder();
const calibration = join(output, "calibration.npy");
const split = (file: string): string => join(models, "mnist-t10k-split", file);

const imagesIn = (file: string, count: number): Tensor => ({
  shape: [count, 1, 28, 28],
  data: readFloats(split(file)),
});

/** Logits of the first images, [count, 10]. */
async function logitsOf(path: string, count: number): Promise<Tensor<FloatData>> {
  const { module, constants } = openModule(path);
  const interpreter = new Interpreter(module, registry, constants);
  const images = imagesIn("test_inputs_f32.bin", IMAGES);
  const data = new Float32Array(count * 10);
  for (let first = 0; first < count; first += BATCH) {
    const [logits] = expectValue(
      await interpreter.run("main", [takeExamples(images, first, Math.min(BATCH, count - first))]),
    );
    data.set(logits!.data as FloatData, first * 10);
  }
  return { shape: [count, 10], data };
}

/** Mean cross-entropy, and KL from the logits of the reference in floats, in nats. */
function figuresOf(logits: Tensor<FloatData>, reference: Tensor<FloatData>) {
  const labels = readIntegers(split("test_labels.bin"));
  const total = { kl: 0, agreed: 0 };
  let loss = 0;
  for (let row = 0; row < IMAGES; row++) {
    const predicted = logProbabilities(logits, row);
    loss -= predicted[labels[row]!]!;
    addComparison(total, logProbabilities(reference, row), predicted);
  }
  return { loss: loss / IMAGES, kl: total.kl / IMAGES };
}

function toleranceOf(row: string): number {
  if (row.startsWith("W2 GPTQ")) return CHAOS;
  return /GPTQ|A4|FP4 W\+A/.test(row) ? COARSE_TOLERANCE : TOLERANCE;
}

describe.each(networks)("the digits by $name", ({ name, architecture, weights, logits, table }) => {
  const folder = weights.split("/")[0]!;
  const found = hasModel(folder) && hasModel("mnist-t10k-split") && hasModel(table);
  const rows = found ? Object.entries(tableOf(table)[name]!).filter(([row]) => row !== "f32") : [];
  const path = join(output, `${name.replaceAll(/\W+/g, "-")}.mlir`);
  const reference = (): Tensor<FloatData> => ({
    shape: [IMAGES, 10],
    data: readFloats(join(models, logits)),
  });

  beforeAll(() => {
    if (!found) return;
    writeFileSync(path, visionModule(architecture, join(models, weights), output));
    expectValue(writeNpy(calibration, imagesIn("calib_inputs_f32.bin", 256)));
  });

  test.runIf(found)("have the logits of PyTorch", async () => {
    const own = await logitsOf(path, GLANCE);
    const difference = largestDifference(own.data, reference().data.slice(0, GLANCE * 10));
    expect(difference).toBeLessThanOrEqual(LOGITS_TOLERANCE);
  });

  test.runIf(found)("have a pipeline for every row of the reference", () => {
    expect(rows.filter(([row]) => visionPipeline(architecture, row) === undefined)).toEqual([]);
  });

  test.runIf(found && isLong)(
    "have the reference loss in floats",
    async () => {
      const own = await logitsOf(path, IMAGES);
      expect(largestDifference(own.data, reference().data)).toBeLessThanOrEqual(LOGITS_TOLERANCE);
      expectNear(figuresOf(own, reference()).loss, tableOf(table)[name]!.f32!.ce, 1e-5);
    },
    ROW_TIMEOUT,
  );

  const isQuick = name === "mlp-relu";
  const chosen = rows.filter(([row]) => isAll || (isQuick && (isLong || always.has(row))));
  for (const [row, { ce, kl }] of chosen)
    test(
      `lose what the reference does as ${row}`,
      async () => {
        const quantized = path.replace(/\.mlir$/, `-${row.replaceAll(/\W+/g, "-")}.mlir`);
        const data = /static|GPTQ/.test(row)
          ? ["--calibration", calibration, "--calibration-window", "128"]
          : [];
        const pipeline = visionPipeline(architecture, row)!;
        await narrow("opt", path, "--pipeline", pipeline, ...data, "-o", quantized);
        const figures = figuresOf(await logitsOf(quantized, IMAGES), reference());
        expectNear(figures.loss, ce, toleranceOf(row));
        expectNear(figures.kl, kl, toleranceOf(row));
      },
      ROW_TIMEOUT,
    );
});

function tableOf(file: string) {
  return v.parse(tables, JSON.parse(readFileSync(join(models, file), "utf8")));
}
