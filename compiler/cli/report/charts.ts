import { type ComponentRole, componentRoles } from "../../../dialects/lowp/component-role.ts";
import type { LayerNoise } from "../layers.ts";
import { type Chart, palette } from "./chart.ts";
import type { ParamBytes } from "./sizes.ts";

/** Height of one bar with its gap, in pixels. */
const STEP = 15;
const WIDTH = 520;

const layerAxis = {
  orient: "left",
  scale: "layer",
  labelLimit: 260,
  ticks: false,
  labelFontSize: 9,
} as const;
const layerScale = (names: readonly string[]) => ({
  name: "layer",
  type: "band" as const,
  domain: [...names],
  range: "height" as const,
  padding: 0.25,
});

/** Bytes of each parameter, by what they are for. */
export function bytesChart(params: readonly ParamBytes[]): Chart {
  const roles = rolesIn(params);
  const values = params.flatMap(({ name, roles: bytes }) =>
    roles.filter((role) => bytes[role] > 0).map((role) => ({ name, role, bytes: bytes[role] })),
  );
  return {
    description: "Bytes of each parameter by component; the table beside it has the numbers",
    width: WIDTH,
    height: STEP * params.length,
    padding: 4,
    data: [
      {
        name: "bytes",
        values,
        transform: [{ type: "stack", field: "bytes", groupby: ["name"], as: ["from", "to"] }],
      },
    ],
    scales: [
      layerScale(params.map(({ name }) => name)),
      { name: "x", type: "linear", domain: { data: "bytes", field: "to" }, range: "width", nice: true },
      { name: "colour", type: "ordinal", domain: roles, range: [...palette] },
    ],
    axes: [layerAxis, { orient: "bottom", scale: "x", title: "bytes", grid: true, format: "~s" }],
    legends: [{ fill: "colour", direction: "horizontal", symbolType: "square" }],
    marks: [
      {
        type: "rect",
        from: { data: "bytes" },
        encode: {
          enter: {
            y: { scale: "layer", field: "name" },
            height: { scale: "layer", band: 1 },
            x: { scale: "x", field: "from" },
            x2: { scale: "x", field: "to" },
            fill: { scale: "colour", field: "role" },
          },
        },
      },
    ],
  };
}

/** Components that some parameter has, in the order of their declaration. */
export const rolesIn = (params: readonly ParamBytes[]): ComponentRole[] =>
  componentRoles.filter((role) => params.some(({ roles }) => roles[role] > 0));

/** Stored bits per element of each parameter. */
export function bitsChart(params: readonly ParamBytes[]): Chart {
  const values = params.map(({ name, total, elements }) => ({ name, bits: (8 * total) / elements }));
  return {
    description: "Bits per element of each parameter; the table beside it has the numbers",
    width: WIDTH,
    height: STEP * params.length,
    padding: 4,
    data: [{ name: "bits", values }],
    scales: [
      layerScale(params.map(({ name }) => name)),
      {
        name: "x",
        type: "linear",
        domain: { data: "bits", field: "bits" },
        range: "width",
        nice: true,
        zero: true,
      },
    ],
    axes: [layerAxis, { orient: "bottom", scale: "x", title: "bits per element, all in", grid: true }],
    marks: [
      {
        type: "rect",
        from: { data: "bits" },
        encode: {
          enter: {
            y: { scale: "layer", field: "name" },
            height: { scale: "layer", band: 1 },
            x: { scale: "x", value: 0 },
            x2: { scale: "x", field: "bits" },
            fill: { value: palette[0] },
          },
        },
      },
    ],
  };
}

/** What is drawn of a layer's noise. */
const noiseKinds = ["weight", "local", "cumulative"] as const;

/** Signal-to-noise ratios of each layer; what is exact has no dot. */
export function noiseChart(
  layers: readonly (Pick<LayerNoise, "name" | "weight"> & Partial<LayerNoise>)[],
): Chart {
  const values = layers.flatMap((layer) =>
    noiseKinds.flatMap((kind) => {
      const decibels = layer[kind];
      return decibels !== undefined && Number.isFinite(decibels)
        ? [{ name: layer.name, kind, decibels }]
        : [];
    }),
  );
  const kinds = noiseKinds.filter((kind) => values.some((value) => value.kind === kind));
  return {
    description: "Signal-to-noise ratio of each layer in decibels; the table beside it has the numbers",
    width: WIDTH,
    height: STEP * layers.length,
    padding: 4,
    data: [{ name: "noise", values }],
    scales: [
      layerScale(layers.map(({ name }) => name)),
      {
        name: "x",
        type: "linear",
        domain: { data: "noise", field: "decibels" },
        range: "width",
        nice: true,
        zero: false,
      },
      { name: "colour", type: "ordinal", domain: kinds, range: [...palette] },
      { name: "shape", type: "ordinal", domain: kinds, range: ["square", "circle", "diamond"] },
    ],
    axes: [
      { ...layerAxis, grid: true },
      { orient: "bottom", scale: "x", title: "signal-to-noise ratio, dB", grid: true },
    ],
    legends: [{ fill: "colour", shape: "shape", direction: "horizontal" }],
    marks: [
      {
        type: "symbol",
        from: { data: "noise" },
        encode: {
          enter: {
            y: { scale: "layer", field: "name", band: 0.5 },
            x: { scale: "x", field: "decibels" },
            fill: { scale: "colour", field: "kind" },
            shape: { scale: "shape", field: "kind" },
            size: { value: 45 },
          },
        },
      },
    ],
  };
}
