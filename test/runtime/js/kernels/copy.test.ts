import fc from "fast-check";
import { expect, test } from "vitest";
import { elementCount, stridesOf } from "../../../../compiler/numeric/tensor.ts";
import { broadcastTo } from "../../../../dialects/nn/reference/broadcast.ts";
import { concat, slice, transpose } from "../../../../dialects/nn/reference/shape.ts";
import {
  type CopyAxis,
  copyArguments,
  copyForm,
  copyUnits,
  simplifyCopy,
  stridedCopy,
} from "../../../../runtime/js/kernels/copy.ts";
import { runKernel } from "../run-kernel.ts";
import { FIRST_BUFFER } from "./float-samples.ts";

type Elements = Int8Array | Int16Array | Int32Array;

interface Copy {
  readonly axes: readonly CopyAxis[];
  readonly from?: number;
  readonly to?: number;
}

/** Copies into a target, from and to the elements at given places. */
function copy(source: Elements, target: Elements, { axes, from = 0, to = 0 }: Copy, split: number[] = []) {
  const bytes = source.BYTES_PER_ELEMENT as 1 | 2 | 4;
  const targetAt = Math.ceil((FIRST_BUFFER + source.byteLength + 64) / 64) * 64;
  // Buffers are laid out in this order, so parts of them have known addresses.
  const args = {
    whole: source,
    into: target,
    source: FIRST_BUFFER + from * bytes,
    target: targetAt + to * bytes,
    ...copyArguments(axes),
  };
  const units = copyUnits(axes);
  const kernel = stridedCopy(copyForm(bytes, axes));
  return runKernel(kernel, args, { units, split: split.filter((u) => u < units) }).into as Elements;
}

const axesOf = (shape: readonly number[], source: readonly number[], target = stridesOf(shape)): CopyAxis[] =>
  shape.map((extent, i) => ({ extent, source: source[i]!, target: target[i]! }));

const filled = (make: (count: number) => Elements, count: number): Elements => {
  const data = make(count);
  for (let i = 0; i < count; i++) data[i] = Math.imul(i + 1, 0x9e3779b1);
  return data;
};
const classes: readonly ((count: number) => Elements)[] = [
  (count) => new Int8Array(count),
  (count) => new Int16Array(count),
  (count) => new Int32Array(count),
];
const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

test("transposes", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 0, max: 23 }), fc.nat({ max: 2 }), (shape, order, kind) => {
      const data = filled(classes[kind]!, elementCount(shape));
      const permutation = shape
        .map((_, i) => i)
        .toSorted((a, b) => ((a * 7 + order) % 5) - ((b * 7 + order) % 5));
      const wanted = transpose({ shape, data: Int32Array.from(data) }, { permutation });
      const strides = stridesOf(shape);
      const axes = axesOf(
        wanted.shape,
        permutation.map((axis) => strides[axis]!),
      );
      for (const each of [axes, simplifyCopy(axes)])
        expect([...copy(data, classes[kind]!(data.length), { axes: each }, [1, 3])]).toEqual([
          ...wanted.data,
        ]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("slices, backwards too", () => {
  const shape = [5, 6, 7];
  const data = filled(classes[2]!, 210) as Int32Array;
  for (const [starts, sizes, strides] of [
    [
      [1, 2, 0],
      [3, 2, 7],
      [1, 1, 1],
    ],
    [
      [4, 5, 6],
      [3, 3, 4],
      [-2, -1, -2],
    ],
    [
      [0, 0, 3],
      [5, 6, 1],
      [1, 1, 1],
    ],
  ] as const) {
    const wanted = slice({ shape, data }, { starts, sizes, strides });
    const whole = stridesOf(shape);
    const axes = simplifyCopy(
      axesOf(
        sizes,
        strides.map((stride, i) => stride * whole[i]!),
      ),
    );
    const from = starts.reduce<number>((offset, start, i) => offset + start * whole[i]!, 0);
    expect(copy(data, new Int32Array(wanted.data.length), { axes, from })).toEqual(wanted.data);
  }
});

test("repeats and fills", () => {
  for (const make of classes)
    for (const [from, to] of [
      [[1], [37]],
      [
        [3, 1],
        [3, 21],
      ],
      [
        [1, 5],
        [4, 5],
      ],
      [
        [2, 1, 3],
        [2, 4, 3],
      ],
    ] as const) {
      const data = filled(make, elementCount(from));
      const wanted = broadcastTo({ shape: from, data: Int32Array.from(data) }, to);
      const strides = stridesOf(from).map((stride, i) => (from[i] === 1 ? 0 : stride));
      const axes = simplifyCopy(axesOf(to, strides));
      expect([...copy(data, make(elementCount(to)), { axes })]).toEqual([...wanted.data]);
    }
});

test("joins tensors side by side", () => {
  const parts = [3, 1, 20].map((width, i) => ({
    shape: [4, width],
    data: filled(classes[2]!, 4 * width).map((x) => x + i) as Int32Array,
  }));
  const wanted = concat(parts, { axis: 1 });
  let [target, to]: [Elements, number] = [new Int32Array(wanted.data.length), 0];
  for (const { shape, data } of parts) {
    const axes = simplifyCopy(axesOf(shape, stridesOf(shape), [24, 1]));
    target = copy(data, target, { axes, to });
    to += shape[1]!;
  }
  expect(target).toEqual(wanted.data);
});

test("a copy of everything is one axis", () => {
  expect(simplifyCopy(axesOf([2, 1, 3, 4], [12, 12, 4, 1]))).toEqual([{ extent: 24, source: 1, target: 1 }]);
  expect(simplifyCopy(axesOf([1, 1], [5, 1]))).toEqual([{ extent: 1, source: 1, target: 1 }]);
});
