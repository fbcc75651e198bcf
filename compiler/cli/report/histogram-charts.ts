import type { CodeHistogram } from "../../../dialects/lowp/code-histogram.ts";
import type { SignedHistogram } from "../../../runtime/analysis/signed-histogram.ts";
import { type Chart, palette } from "./chart.ts";
import type { InputPicture, WeightPicture } from "./gather.ts";

const WIDTH = 300;
const HEIGHT = 110;
/** Widths of text are guessed without a browser, and far too wide. */
const TITLE_WIDTH = 1.4 * WIDTH;

/**
 * The distribution of a layer's weights with the values of its format: one line a value, as high as it is often
 * used. Both are scaled to their own largest count, as a bin is not as wide as a step of the format.
 */
export function weightChart({ name, codes, weights }: WeightPicture): Chart {
  const outline = weights ? outlineOf(weights) : [];
  const lines = codes ? linesOf(codes) : [];
  const places = [...outline, ...lines].map(({ x }) => x);
  return {
    description: `Distribution of the weights of ${name}${codes ? ` over the ${codes.grid.length} values of its format` : ""}`,
    width: WIDTH,
    height: HEIGHT,
    padding: 4,
    title: { text: name, fontSize: 10, limit: TITLE_WIDTH },
    data: [
      { name: "outline", values: outline },
      { name: "lines", values: lines },
    ],
    scales: [
      { name: "x", type: "linear", domain: extentOf(places), range: "width" },
      { name: "y", type: "linear", domain: [0, 1], range: "height" },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: codes ? "steps of the block's scale" : "weight", tickCount: 7 },
    ],
    marks: [
      areaMark,
      ...(lines.length > FEW_VALUES ? [] : [gridMark]),
      {
        type: "rule",
        from: { data: "lines" },
        encode: {
          enter: {
            x: { scale: "x", field: "x" },
            y: { scale: "y", value: 0 },
            y2: { scale: "y", field: "y" },
            stroke: { value: palette[1] },
            strokeWidth: { value: lines.length > FEW_VALUES ? 0.8 : 2 },
          },
        },
      },
    ],
  };
}

/** The distribution of what a layer sees, on a scale that keeps rare large values visible. */
export function inputChart({ name, histogram }: InputPicture): Chart {
  const outline = outlineOf(histogram);
  return {
    description: `Distribution of the inputs of ${name}`,
    width: WIDTH,
    height: HEIGHT,
    padding: 4,
    title: { text: name, fontSize: 10, limit: TITLE_WIDTH },
    data: [{ name: "outline", values: outline }],
    scales: [
      { name: "x", type: "linear", domain: extentOf(outline.map(({ x }) => x)), range: "width" },
      { name: "y", type: "symlog", constant: 1, domain: [0, largest(histogram.counts)], range: "height" },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "input", tickCount: 7 },
      { orient: "left", scale: "y", values: decades(largest(histogram.counts)), format: ",d", grid: true },
    ],
    marks: [
      { ...areaMark, encode: { enter: { ...areaMark.encode.enter, y: { scale: "y", field: "count" } } } },
    ],
  };
}

/** Up to here every value of a format has a line of full height behind its own. */
const FEW_VALUES = 32;

const gridMark = {
  type: "rule",
  from: { data: "lines" },
  encode: {
    enter: {
      x: { scale: "x", field: "x" },
      y: { scale: "y", value: 0 },
      y2: { scale: "y", value: 1 },
      stroke: { value: palette[1] },
      strokeOpacity: { value: 0.3 },
      strokeWidth: { value: 0.8 },
    },
  },
} as const;

/** A filled outline; steps, as a bin has one height. */
const areaMark = {
  type: "area",
  from: { data: "outline" },
  encode: {
    enter: {
      interpolate: { value: "step-after" },
      x: { scale: "x", field: "x" },
      y: { scale: "y", field: "y" },
      y2: { scale: "y", value: 0 },
      fill: { value: palette[0] },
      fillOpacity: { value: 0.45 },
    },
  },
} as const;

interface Corner {
  readonly x: number;
  readonly count: number;
  /** Of the largest count. */
  readonly y: number;
}

/** The lower edges of the bins from the first to the last that holds something, and the upper edge of that one. */
function outlineOf({ range, counts }: SignedHistogram): readonly Corner[] {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  if (first === -1 || range === 0) return [];
  const width = (2 * range) / counts.length;
  const top = largest(counts);
  const corners = Array.from(counts.subarray(first, last + 1), (count, i) => ({
    x: (first + i) * width - range,
    count,
    y: count / top,
  }));
  return [...corners, { x: (last + 1) * width - range, count: 0, y: 0 }];
}

function linesOf({ grid, counts }: CodeHistogram): readonly { readonly x: number; readonly y: number }[] {
  const top = largest(counts);
  return Array.from(grid, (x, i) => ({ x, y: top === 0 ? 0 : counts[i]! / top }));
}

const largest = (counts: Float64Array): number => counts.reduce((best, count) => Math.max(best, count), 0);

/** A little room on both sides; something to draw on where there is nothing. */
function extentOf(places: readonly number[]): [number, number] {
  if (places.length === 0) return [-1, 1];
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const room = 0.03 * (high - low) || 1;
  return [low - room, high + room];
}

const decades = (top: number): number[] => {
  const found = [0];
  for (let decade = 1; decade <= top; decade *= 100) found.push(decade);
  return found;
};
