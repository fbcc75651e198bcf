import { f32, type Local, op, product, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { storeFirst } from "../lanes.ts";
import type { Geometry } from "./convolution-geometry.ts";

/** Zeros in all of the workspace: copies leave the padding as it is. */
export function clearImage(f: FunctionBuilder, { workspace: bytes }: Geometry, workspace: Local): void {
  const end = f.let(sum(workspace, bytes));
  const at = f.let(workspace);
  f.repeat(
    () => {
      f.store("v128.store", at, op("f32x4.splat", f32(0)));
      f.advance(at, 16);
    },
    op("i32.lt_u", at, end),
  );
}

/** Copies the channels of a group from an address to where they stand within the padding. */
export function copyImage(f: FunctionBuilder, geometry: Geometry, from: Local, workspace: Local): void {
  const { channels, height, width, pads, pitch, plane } = geometry;
  const rest = width % 4;
  const source = f.let(from);
  f.for(0, channels, 1, (channel) => {
    const target = f.let(sum(workspace, product(channel, plane * 4), (pads[0] * pitch + pads[1]) * 4));
    f.for(0, height, 1, () => {
      f.for(0, (width - rest) * 4, 16, (x) =>
        f.store("v128.store", sum(target, x), load("v128.load", sum(source, x))),
      );
      const last = (width - rest) * 4;
      if (rest > 0) storeFirst(f, f.let(sum(target, last)), f.let(load("v128.load", source, last)), rest);
      f.advance(source, width * 4);
      f.advance(target, pitch * 4);
    });
  });
}
