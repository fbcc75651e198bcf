import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import { describeShape } from "./describe.ts";
import { countWindows, type WindowOptions, windowAxes } from "./reference/window.ts";

/** One 2-d window op over an image: rows, then columns. An extent may be DYNAMIC. */
export interface WindowQuestion extends WindowOptions {
  readonly name: string;
  readonly image: readonly [number, number];
  readonly kernel: readonly [number, number];
}

/** How many windows fit along rows and columns; unknown where the image or the kernel is. */
export function windowCounts(question: WindowQuestion): readonly [number, number] | Mismatch {
  const { name, image, kernel } = question;
  const [rows, columns] = windowAxes({ height: image[0], width: image[1] }, kernel, question);
  const countAlong = (axis: typeof rows): number =>
    axis.size === DYNAMIC || axis.kernel === DYNAMIC ? DYNAMIC : countWindows(axis);
  const found = [countAlong(rows), countAlong(columns)] as const;
  if (!found.includes(0)) return found;
  const padded = [rows, columns].map(({ size, padLow, padHigh }) => size + padLow + padHigh);
  const reach = [rows, columns].map(({ kernel, dilation }) => (kernel - 1) * dilation + 1);
  return mismatch(
    "window-size",
    `a window of ${describeShape(reach)} of ${name} does not fit an input of ${describeShape(padded)} with its pads`,
    { blames: "input" },
  );
}
