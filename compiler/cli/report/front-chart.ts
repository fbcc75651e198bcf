import { type Chart, palette } from "./chart.ts";

/** Least loss by budget. */
export interface FrontPoint {
  readonly budget: number;
  readonly loss: number;
  readonly isProven: boolean;
}

/** Loss against one budget: full dots are proven, rings are not. */
export function frontChart(metric: string, points: readonly FrontPoint[]): Chart {
  const axis = { data: "points" };
  return {
    description: `Loss by the budget of ${metric}; full dots are proven to be the least`,
    width: 480,
    height: 280,
    padding: 8,
    data: [{ name: "points", values: points.map((point) => ({ ...point })) }],
    scales: [
      {
        name: "x",
        type: "linear",
        domain: { ...axis, field: "budget" },
        range: "width",
        zero: false,
        nice: true,
      },
      {
        name: "y",
        type: "linear",
        domain: { ...axis, field: "loss" },
        range: "height",
        zero: true,
        nice: true,
      },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: `budget of ${metric}`, grid: true, format: "~s" },
      { orient: "left", scale: "y", title: "loss", grid: true },
    ],
    marks: [
      {
        type: "line",
        from: axis,
        sort: { field: "datum.budget" },
        encode: {
          enter: {
            x: { scale: "x", field: "budget" },
            y: { scale: "y", field: "loss" },
            stroke: { value: palette[0] },
            strokeWidth: { value: 1.5 },
          },
        },
      },
      {
        type: "symbol",
        from: axis,
        encode: {
          enter: {
            x: { scale: "x", field: "budget" },
            y: { scale: "y", field: "loss" },
            stroke: { value: palette[0] },
            fill: [{ test: "datum.isProven", value: palette[0] }, { value: "transparent" }],
            size: { value: 40 },
          },
        },
      },
    ],
  };
}
