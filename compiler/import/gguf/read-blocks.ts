import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { type BlockFormat, type BlockFormatName, blockFormats } from "./block-formats.ts";

/** The numbers of a tensor in one of ggml's block encodings, blocks one after another. */
export interface BlockTensor {
  /** One per element, as the format says. */
  readonly codes: Int32Array;
  /** One per `group` neighbours. */
  readonly scales: Float32Array;
  /** One per `group` neighbours, where the format has shifts. */
  readonly shifts?: Float32Array;
  readonly group: number;
}

export const isBlockFormat = (name: string): name is BlockFormatName => Object.hasOwn(blockFormats, name);

/** Takes the packed rows of a tensor apart; `name` is ggml's, such as q4_0. */
export function readBlocks(name: string, bytes: Uint8Array): Result<BlockTensor> {
  if (!isBlockFormat(name))
    return fail(
      error("ggml-type", `no block format of ggml that is read here is called ${name}`, {
        hint: didYouMean(name, Object.keys(blockFormats)),
      }),
    );
  const format: BlockFormat = blockFormats[name];
  const { size, byteLength, group = size, shifted = false } = format;
  const blocks = bytes.length / byteLength;
  if (!Number.isInteger(blocks))
    return fail(
      error("ggml-length", `${bytes.length} bytes are no whole blocks of ${name}, ${byteLength} bytes each`),
    );
  const codes = new Int32Array(blocks * size);
  const scales = new Float32Array((blocks * size) / group);
  const shifts = new Float32Array(shifted ? scales.length : 0);
  const perBlock = size / group;
  for (let block = 0; block < blocks; block++) {
    const own = (data: Float32Array) => data.subarray(block * perBlock, (block + 1) * perBlock);
    format.read({
      bytes,
      at: block * byteLength,
      codes: codes.subarray(block * size, (block + 1) * size),
      scales: own(scales),
      shifts: own(shifts),
    });
  }
  return ok({ codes, scales, group, ...(shifted && { shifts }) });
}
