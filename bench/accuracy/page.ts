import { type Model, type ModelName, modelNames, models } from "./models.ts";
import { type Point, paretoChart, SIZES, winnerAt } from "./pareto.ts";
import type { Figures, Results } from "./results.ts";
import type { How, Part, Row } from "./rows.ts";

type Measured = Row & { readonly figures: Figures };

/** docs/accuracy.md and the plots beside it, by file name; they follow from rows and results alone. */
export async function page(
  rows: readonly Row[],
  results: Results,
): Promise<Readonly<Record<string, string>>> {
  const sections: string[] = [];
  const files: Record<string, string> = {};
  for (const name of modelNames) {
    const measured = rows.flatMap((row): Measured[] => {
      const figures = row.model === name ? results[name]?.[row.name] : undefined;
      return figures ? [{ ...row, figures }] : [];
    });
    if (measured.length === 0) continue;
    const points = measured.filter(({ part }) => part === "weights").map(pointOf);
    const chart = points.length > 0 ? chartFile(name) : undefined;
    if (chart !== undefined) files[chart] = await chartOf(models[name], points);
    sections.push(section(models[name], measured, points, chart));
  }
  return { "accuracy.md": `${head}\n${sections.join("\n")}`, ...files };
}

const chartFile = (name: ModelName): string => `accuracy-${name}.svg`;

const head = `# Accuracy

Losses of whole models with their weights in one scheme at a time. Bits: bytes of codes, scales, zero points and
whatever else the weights need in the file, per weight. Reference: the same scheme computed independently in numpy.
\`npm run accuracy\` writes this page; \`-- --missing\` measures only what has no figure yet.
`;

const pointOf = ({ name, how, figures }: Measured): Point => ({ name, series: solverOf(how), ...figures });

/** The first solver named, without its options. */
const solverOf = (how: How): string =>
  "pipeline" in how
    ? (/solver=([a-z-]+)/.exec(how.pipeline)?.[1] ?? "rtn")
    : (how.solver ?? "rtn").replace(/<.*$/, "");

const chartOf = async ({ title, loss }: Model, points: readonly Point[]): Promise<string> => {
  const svg = await paretoChart(title, points, loss);
  // An image has no page to take its ink from, but knows whether that page is light or dark.
  const ink = "<style>svg{color:#222}@media(prefers-color-scheme:dark){svg{color:#ddd}}</style>";
  return `${svg.replace(/^<svg [^>]*>/, (opening) => opening + ink)}\n`;
};

function section(
  { title, about }: Model,
  measured: readonly Measured[],
  points: readonly Point[],
  chart: string | undefined,
): string {
  const plot = chart === undefined ? "" : `![Loss against bits per weight](${chart})\n\n`;
  return `## ${title}

${about}

${plot}${SIZES.flatMap((size) => winnerLine(points, size)).join("\n")}

${partNames.flatMap((part) => table(part, measured)).join("\n")}`;
}

const headings: Readonly<Record<Part, string>> = {
  weights: "### Weights",
  inputs: "### Weights and the inputs of their layers",
  caches: "### Caches of keys (K) and values (V)",
};
const partNames = Object.keys(headings) as readonly Part[];

function table(part: Part, measured: readonly Measured[]): readonly string[] {
  const lines = measured.filter((row) => row.part === part).map(tableLine);
  if (lines.length === 0) return [];
  return [
    `${headings[part]}

| scheme | how | bits/weight | loss | reference | difference | type |
|-|-|-:|-:|-:|-:|-|
${lines.join("\n")}
`,
  ];
}

function winnerLine(points: readonly Point[], size: number): readonly string[] {
  const winner = winnerAt(points, size);
  return winner
    ? [
        `- At most ${size} bits: **${winner.name}**, ${winner.bits.toFixed(2)} bits, loss ${winner.loss.toFixed(4)}`,
      ]
    : [];
}

function tableLine({ name, how, part, figures: { bits, loss }, expected }: Measured): string {
  const difference = expected ? (loss - expected.loss).toFixed(4).replace(/^-0\.0000$/, "0.0000") : "";
  const [solver, type] = "pipeline" in how ? [how.pipeline, ""] : [how.solver ?? "rtn", how.type];
  const cells = [
    name,
    code(solver),
    part === "caches" ? "–" : bits.toFixed(2),
    loss.toFixed(4),
    expected?.loss.toFixed(4) ?? "–",
    difference,
    code(type),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A bar would end the cell, even in code. */
const code = (text: string): string => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``);
