import { type Expression, extract, op, replace } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { byteCodes } from "./quantized-bytes.ts";
import type { DecodedMatrix, Decoder, QuantizedMatrix } from "./quantized-decoder.ts";
import { QUAD, QUADS } from "./quantized-panel.ts";

/** Decodes any levels, with any number of tables, by loading them one by one: exact, and slower than the others. */
export function gatherDecoder(matrix: QuantizedMatrix): DecodedMatrix {
  const { bits, codes, levels, scales, shifts, selector } = matrix;
  const constants = new Uint8Array(Math.ceil(levels.byteLength / 16) * 16);
  constants.set(new Uint8Array(levels.buffer, levels.byteOffset, levels.byteLength));
  const decoder: Decoder = {
    name: `gather${bits}_${levels.length}${selector ? "_selected" : ""}`,
    bits,
    layout: "bytes",
    exponent: 0,
    constants,
    codes,
    ...(selector && { perRun: Int32Array.from(selector, (table) => (4 * table) << bits) }),
    open(f, address) {
      const run = f.local("i32");
      const level = (column: number, code: Expression): Expression => {
        const index = op("i32.shl", code, 2);
        const table = selector ? op("i32.add", address, load("i32.load", run, 4 * column)) : address;
        return load("f32.load", op("i32.add", table, index));
      };
      return {
        startRun: (at) => f.set(run, at),
        levels(vectors, depth) {
          const all = byteCodes(f, vectors, bits, depth);
          return Array.from({ length: QUADS }, (_, quad) => {
            const at = (i: number) =>
              level(quad * QUAD + i, extract("i8x16.extract_lane_u", all, quad * QUAD + i));
            return [1, 2, 3].reduce(
              (vector, i) => replace("f32x4.replace_lane", vector, i, at(i)),
              op("f32x4.splat", at(0)),
            );
          });
        },
      };
    },
  };
  return { scales, ...(shifts && { shifts }), decoder };
}
