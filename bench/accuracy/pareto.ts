import { palette, renderSvg } from "../../compiler/cli/report/chart.ts";

/** A measured row, as the plot and its front see it. */
export interface Point {
  readonly name: string;
  /** Which colour it has: the solver. */
  readonly series: string;
  readonly bits: number;
  readonly loss: number;
}

/** Sizes that a winner is named for, in bits per weight. */
export const SIZES = [4.5, 3.5, 2.6] as const;

/** The points that no other beats in both size and loss, smallest first; of equals the first by name. */
export function paretoFront(points: readonly Point[]): readonly Point[] {
  const front: Point[] = [];
  const inOrder = points.toSorted(
    (left, right) => left.bits - right.bits || left.loss - right.loss || (left.name < right.name ? -1 : 1),
  );
  for (const point of inOrder) if (point.loss < (front.at(-1)?.loss ?? Infinity)) front.push(point);
  return front;
}

/** The lowest loss of at most `size` bits per weight. */
export const winnerAt = (points: readonly Point[], size: number): Point | undefined =>
  paretoFront(points.filter(({ bits }) => bits <= size)).at(-1);

/** Losses this close to the model's in floats, or below it, are drawn at this height. */
const FLOOR = 1e-3;

/** Bits per weight against the loss above that of the model in floats, with the front and the winners' names. */
export function paretoChart(title: string, points: readonly Point[], floatLoss: number): Promise<string> {
  const drawn = points.map((point) => ({ ...point, above: Math.max(FLOOR, point.loss - floatLoss) }));
  const front = new Set(paretoFront(points).map(({ name }) => name));
  const winners = new Set(SIZES.map((size) => winnerAt(points, size)?.name));
  const series = [...new Set(points.map((point) => point.series))];
  const place = { x: { scale: "x", field: "bits" }, y: { scale: "y", field: "above" } };
  const onFront = drawn.filter(({ name }) => front.has(name)).toSorted((a, b) => a.bits - b.bits);
  return renderSvg({
    description: `${title}: loss against bits per weight; the table below has the numbers`,
    width: 640,
    height: 320,
    padding: 8,
    title: { text: title },
    data: [
      { name: "points", values: drawn },
      { name: "front", values: onFront },
      { name: "winners", values: drawn.filter(({ name }) => winners.has(name)) },
    ],
    scales: [
      {
        name: "x",
        type: "linear",
        domain: { data: "points", field: "bits" },
        range: "width",
        zero: false,
        nice: true,
      },
      { name: "y", type: "log", domain: { data: "points", field: "above" }, range: "height", nice: true },
      { name: "colour", type: "ordinal", domain: series, range: [...palette] },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "bits per weight, all in", grid: true },
      {
        orient: "left",
        scale: "y",
        title: "loss above floats, nats per token (0.001 where less)",
        grid: true,
        format: "~g",
        labelOverlap: true,
        tickCount: 5,
      },
    ],
    legends: [{ fill: "colour", symbolType: "circle", direction: "horizontal" }],
    marks: [
      {
        type: "line",
        from: { data: "front" },
        encode: {
          enter: {
            ...place,
            interpolate: { value: "step-after" },
            stroke: { value: "currentColor" },
            strokeOpacity: { value: 0.4 },
            strokeWidth: { value: 1.5 },
          },
        },
      },
      {
        type: "symbol",
        from: { data: "points" },
        encode: { enter: { ...place, size: { value: 36 }, fill: { scale: "colour", field: "series" } } },
      },
      {
        type: "text",
        from: { data: "winners" },
        encode: {
          enter: {
            ...place,
            dx: { value: 5 },
            dy: { value: -5 },
            fontSize: { value: 10 },
            text: { field: "name" },
          },
        },
      },
    ],
  });
}
