import { palette, renderSvg } from "../../compiler/cli/report/chart.ts";

/** One point: how fast one backend does one case. */
export interface Speed {
  /** The line it stands on. */
  readonly label: string;
  /** Which colour it has. */
  readonly series: string;
  readonly gflops: number;
}

const LINE = 22;

/** A line per case and a point per backend, on a scale where equal distances are equal ratios. */
export function speedChart(title: string, speeds: readonly Speed[]): Promise<string> {
  const labels = [...new Set(speeds.map(({ label }) => label))];
  const series = [...new Set(speeds.map((speed) => speed.series))];
  return renderSvg({
    description: `${title}: 10⁹ operations per second of each backend; the table below has the numbers`,
    width: 560,
    height: LINE * labels.length,
    padding: 8,
    title: { text: title },
    data: [{ name: "speeds", values: speeds.map((speed) => ({ ...speed })) }],
    scales: [
      { name: "x", type: "log", domain: { data: "speeds", field: "gflops" }, range: "width", padding: 12 },
      { name: "y", type: "point", domain: labels, range: "height", padding: 0.5 },
      { name: "colour", type: "ordinal", domain: series, range: [...palette] },
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        title: "10⁹ operations per second, one thread",
        grid: true,
        format: "~g",
        labelOverlap: true,
        tickCount: 6,
      },
      { orient: "left", scale: "y", title: "weights by inputs", grid: true },
    ],
    legends: [{ fill: "colour", symbolType: "circle", direction: "horizontal", columns: 2, labelLimit: 240 }],
    marks: [
      {
        type: "symbol",
        from: { data: "speeds" },
        encode: {
          enter: {
            x: { scale: "x", field: "gflops" },
            y: { scale: "y", field: "label" },
            size: { value: 64 },
            fill: { scale: "colour", field: "series" },
          },
        },
      },
    ],
  });
}
