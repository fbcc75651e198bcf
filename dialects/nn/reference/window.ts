/** One spatial axis of a convolution or pooling. */
export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padLow: number;
  readonly padHigh: number;
  readonly dilation: number;
  readonly ceilMode: boolean;
}

/**
 * How many windows fit: floor, or with ceilMode ceil, of (size + pads - extent) / stride, plus 1, at least 0.
 * With ceilMode a last window that would start in the high padding is dropped, as in PyTorch and ONNX.
 */
export function countWindows(axis: WindowAxis): number {
  const { size, stride, padLow, padHigh } = axis;
  const extent = (axis.kernel - 1) * axis.dilation + 1;
  const steps = (size + padLow + padHigh - extent) / stride;
  if (steps < 0) return 0;
  const count = (axis.ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
  return axis.ceilMode && (count - 1) * stride >= size + padLow ? count - 1 : count;
}

/** The spatial attributes of a 2-d window; pads are [top, left, bottom, right]. */
export interface WindowOptions {
  readonly strides?: readonly [number, number];
  readonly pads?: readonly [number, number, number, number];
  readonly dilations?: readonly [number, number];
  readonly ceilMode?: boolean;
}

/** The rows and columns of windows over an image; strides and dilations default to 1, pads to 0. */
export function windowAxes(
  image: { readonly height: number; readonly width: number },
  kernel: readonly [number, number],
  options: WindowOptions,
): [WindowAxis, WindowAxis] {
  const { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], ceilMode = false } = options;
  const axisOf = (axis: 0 | 1, size: number): WindowAxis => ({
    ...{ size, ceilMode, kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis] },
    ...{ padLow: pads[axis], padHigh: pads[axis === 0 ? 2 : 3] },
  });
  return [axisOf(0, image.height), axisOf(1, image.width)];
}
