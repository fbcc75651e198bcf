import type { Config, Spec } from "vega";

/** A plot as data, in Vega's own language; what it inherits is in `look`. */
export type Chart = Omit<Spec, "$schema" | "config"> & {
  /** Read out instead of the picture. */
  readonly description: string;
};

/** Colours of series, in order: they are told apart on white and on black, and by the colour-blind. (Okabe & Ito) */
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c8c8c", "#e69f00"] as const;

// Lines and text take the colour of the page around them, so that one picture suits light and dark.
const ink = "currentColor";
const font = "system-ui, sans-serif";
const look: Config = {
  axis: {
    domainColor: ink,
    domainOpacity: 0.4,
    tickColor: ink,
    tickOpacity: 0.4,
    gridColor: ink,
    gridOpacity: 0.12,
    labelColor: ink,
    titleColor: ink,
    titleFontWeight: "normal",
    labelFont: font,
    titleFont: font,
    labelFontSize: 10,
    titleFontSize: 11,
    aria: false,
  },
  title: { color: ink, font, fontSize: 12, fontWeight: "bold", anchor: "start" },
  legend: {
    labelColor: ink,
    titleColor: ink,
    labelFont: font,
    titleFont: font,
    orient: "top",
    aria: false,
  },
  text: { fill: ink, font },
};

/**
 * Draws a chart as one `<svg>` element, without a browser. The same chart gives the same bytes: so marks may not
 * clip, as the names of clip paths count up while the program lives.
 */
export async function renderSvg(chart: Chart): Promise<string> {
  // Loading the library takes a third of a second, which no other command should wait for.
  const { parse, View } = await import("vega");
  const view = new View(parse({ ...chart, config: look }), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return shortenNumbers(svg).replace(
    "<svg ",
    `<svg role="img" aria-label="${escapeAttribute(chart.description)}" `,
  );
}

/** Hundredths of a pixel are enough; text between tags stays as it is. */
const shortenNumbers = (svg: string): string =>
  svg.replace(/="[^"]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d{3,}(?:e-\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2)))),
  );

const escapeAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
