import { createHash } from "node:crypto";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { expectValue, temporaryFolder } from "../compiler/import/files.ts";
import { openModule } from "./narrow.ts";

const folder = temporaryFolder();

const ROWS = 536_870_912;
const LARGE_BYTES = ROWS * 4;
/** Far below the file, and above what reading, parsing and the garbage collector need. */
const ALLOWED_GROWTH = 100 * 2 ** 20;

test("a function that uses a small tensor of a 2 GB file leaves the rest on disk", () => {
  const small = Float32Array.of(1, 2, 3, 4, 5, 6);
  writeSparse("weights.safetensors", new Uint8Array(small.buffer));
  const path = writeModule("model.mlir", new Uint8Array(small.buffer));
  const before = peakBytes();
  const { module, constants } = openModule(path);
  const interpreter = new Interpreter(module, registry, constants);
  const input = { shape: [1, 3], data: Float32Array.of(1, 10, 100) };
  const [output] = expectValue(interpreter.run("main", [input]));
  expect([...output!.data]).toEqual([321, 654]);
  expect(peakBytes() - before).toBeLessThan(ALLOWED_GROWTH);
});

/** The most memory the process has ever held, so that bytes read and dropped again count too. */
const peakBytes = (): number => Math.max(process.resourceUsage().maxRSS * 1024, process.memoryUsage.rss());

/** A safetensors file of a small tensor and 2 GiB of zeros that take no room on disk. */
function writeSparse(name: string, small: Uint8Array): void {
  const header = JSON.stringify({
    small: { dtype: "F32", shape: [2, 3], data_offsets: [0, small.length] },
    large: { dtype: "F32", shape: [ROWS], data_offsets: [small.length, small.length + LARGE_BYTES] },
  });
  const prefix = new BigUint64Array([BigInt(header.length)]);
  const start = Buffer.concat([new Uint8Array(prefix.buffer), Buffer.from(header), small]);
  writeFileSync(join(folder, name), start);
  truncateSync(join(folder, name), start.length + LARGE_BYTES);
}

function writeModule(name: string, small: Uint8Array): string {
  const sha256 = createHash("sha256").update(small).digest("hex");
  const text = `module {
  lowp.param @small : tensor<2x3xf32> = dense_resource<small>
  lowp.param @large : tensor<${ROWS}xf32> = dense_resource<large>

  func.func @main(%input: tensor<1x3xf32>) -> tensor<1x2xf32> {
    %weight = lowp.get(@small) : tensor<2x3xf32>
    %output = nn.linear(%input, %weight) : tensor<1x2xf32>
    return %output : tensor<1x2xf32>
  }
}

{-#
  external_resources: {
    narrow: {
      small: "weights.safetensors#small, ${small.length} bytes, sha256 ${sha256}",
      large: "weights.safetensors#large, ${LARGE_BYTES} bytes, sha256 ${"0".repeat(64)}"
    }
  }
#-}
`;
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
