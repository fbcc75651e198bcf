import { decibelText } from "../commands/eval.ts";
import { type Chart, renderSvg } from "./chart.ts";
import { bitsChart, bytesChart, noiseChart } from "./charts.ts";
import type { Report } from "./gather.ts";
import { inputChart, weightChart } from "./histogram-charts.ts";
import { escapeHtml, type Html, html, markup, table } from "./html.ts";
import type { ParamBytes } from "./sizes.ts";
import { sizesSection } from "./sizes-section.ts";
import { style } from "./style.ts";

/** The whole page: one file that loads nothing and needs no script. The same report gives the same bytes. */
export async function page(report: Report): Promise<string> {
  const sections = [
    summary(report),
    sourcesSection(report),
    sizesSection(
      report.sizes,
      await figure(bytesChart(report.sizes.params)),
      await figure(bitsChart(report.sizes.params)),
    ),
    await noiseSection(report),
    await weightsSection(report),
    await inputsSection(report),
    paramsSection(report),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.title)}: narrow report</title>
<style>${style}</style>
</head>
<body>
${sections.map((section) => section?.html ?? "").join("\n")}
</body>
</html>
`;
}

const figure = async (chart: Chart): Promise<Html> =>
  html`<figure>${markup(await renderSvg(chart))}</figure>\n`;

function summary({ title, sizes, evaluation }: Report): Html {
  const quantized = sizes.params.filter(({ isQuantized }) => isQuantized);
  const sum = (some: readonly ParamBytes[], key: "elements" | "total") =>
    some.reduce((total, each) => total + each[key], 0);
  const bits = (some: readonly ParamBytes[]) => ((8 * sum(some, "total")) / sum(some, "elements")).toFixed(3);
  const figures: readonly (readonly [string, string])[] = [
    ["bits per quantized weight", bits(quantized)],
    ["bits per parameter", bits(sizes.params)],
    ["parameters", sum(sizes.params, "elements").toLocaleString("en")],
    ["bytes of parameters", sum(sizes.params, "total").toLocaleString("en")],
    ...evaluationFigures(evaluation),
  ];
  return html`<h1>${title}</h1>
<div class="key">
${figures.map(([name, value]) => html`<div><b>${value}</b>${name}</div>\n`)}</div>
${evaluation ? html`<p class="note">Scored: ${evaluation.tokens} tokens in windows of ${evaluation.window}; no context is carried over.</p>` : undefined}`;
}

function evaluationFigures(evaluation: Report["evaluation"]): readonly (readonly [string, string])[] {
  if (!evaluation) return [];
  const { loss, ppl, bitsPerByte, referenceLoss, kl, agreement } = evaluation;
  return [
    ["loss, nats per token", loss.toFixed(4)],
    ...(referenceLoss === undefined ? [] : [["loss of the reference", referenceLoss.toFixed(4)] as const]),
    ["perplexity", ppl.toFixed(4)],
    ["bits per byte", bitsPerByte.toFixed(4)],
    ...(kl === undefined ? [] : [["KL to the reference, nats", kl.toFixed(5)] as const]),
    ...(agreement === undefined ? [] : [["top-1 agreement", `${(100 * agreement).toFixed(2)} %`] as const]),
  ];
}

function sourcesSection({ sources, sizes }: Report): Html {
  const files = sizes.files.map(({ file, size, sha256 }) => ({ role: "weights", name: file, size, sha256 }));
  const rows = [...sources, ...files].map(({ role, name, size, sha256 }) => [
    role,
    name,
    size.toLocaleString("en"),
    html`<span class="hash">${sha256}</span>`,
  ]);
  return html`<h2>Files</h2>
${table([{ head: "role" }, { head: "file" }, { head: "bytes", isNumber: true }, { head: "sha256" }], rows)}`;
}

async function noiseSection({ layers, weightNoise }: Report): Promise<Html | undefined> {
  const shown = layers ?? (weightNoise && [...weightNoise].map(([name, weight]) => ({ name, weight })));
  if (!shown) return undefined;
  const rows = (layers ?? []).map(({ name, weight, local, cumulative }) => [
    name,
    ...[weight, local, cumulative].map(decibelText),
  ]);
  const weightRows = [...(weightNoise ?? [])].map(([name, weight]) => [name, decibelText(weight)]);
  const heads = layers ? ["weight dB", "local dB", "cumulative dB"] : ["weight dB"];
  const columns = [{ head: "layer" }, ...heads.map((head) => ({ head, isNumber: true }))];
  return html`<h2>Noise</h2>
<p>Signal-to-noise ratio against the reference, 10·log<sub>10</sub>(Σx² / Σ(x − y)²). Weight: of the numbers that stand for it.${
    layers
      ? html` Local: of the layer's output with this weight on the reference's input. Cumulative: of its output in this program, with all that came before.`
      : html` Outputs are compared where a text is given.`
  } Higher is better; 6 dB are about a bit.</p>
${await figure(noiseChart(shown))}${table(columns, layers ? rows : weightRows)}`;
}

async function weightsSection({ weights, weightNoise }: Report): Promise<Html> {
  return html`<h2>Weights</h2>
<p>Lines: the values of the format, each as high as it is often used.${
    weightNoise ? " Area: the weights of the reference, in steps of the scale of their block." : ""
  } Both are relative to their own largest count. Layouts without such values show their numbers.</p>
<div class="grid">
${await figures(weights.map(weightChart))}</div>`;
}

async function inputsSection({ inputs }: Report): Promise<Html | undefined> {
  if (!inputs || inputs.length === 0) return undefined;
  const odd = inputs.filter(({ histogram }) => histogram.notFinite > 0);
  return html`<h2>Inputs of layers</h2>
<p>What the layers see on the text, in this program; counts on a logarithmic scale. Layers that share an input share a picture.${odd.map(
    ({ name, histogram }) => ` ${histogram.notFinite} inputs of ${name} are not finite.`,
  )}</p>
<div class="grid">
${await figures(inputs.map(inputChart))}</div>`;
}

async function figures(charts: readonly Chart[]): Promise<readonly Html[]> {
  const drawn: Html[] = [];
  for (const chart of charts) drawn.push(await figure(chart));
  return drawn;
}

function paramsSection({ params }: Report): Html {
  const rows = params.map(({ name, type, algorithm, options, calibration }) => [
    name,
    html`<code>${type}</code>`,
    algorithm === "" ? "–" : algorithm,
    html`<code>${options}</code>`,
    html`<span class="hash">${calibration}</span>`,
  ]);
  const heads = ["parameter", "type", "made by", "options", "calibration (sha256)"];
  return html`<h2>Parameters</h2>
${table(
  heads.map((head) => ({ head })),
  rows,
)}`;
}
