import { palette, renderSvg } from "../../compiler/cli/report/chart.ts";
import { loadResults as loadAccuracy } from "../accuracy/results.ts";
import {
  type Compared,
  CURVE_TOKENS,
  compared,
  formats,
  GOAL_TOKENS,
  goalBudgets,
  ROUNDS,
  rotatedBudgets,
  rotatedFormats,
  windowsOf,
} from "./formats.ts";
import { rankCorrelation } from "./rank-correlation.ts";
import { type AllocationResults, type AllocationRow, riseOf } from "./results.ts";

/** docs/allocation.md and the plot beside it, by file name; they follow from the results alone. */
export async function allocationPage(results: AllocationResults): Promise<Readonly<Record<string, string>>> {
  return {
    "allocation.md": [head, goalTable, rotatedTable, curveTable].map((part) => part(results)).join("\n"),
    "allocation-predicted.svg": await plot(results),
  };
}

const head = (results: AllocationResults): string => `# Formats chosen weight by weight

\`allocate-bits\` chooses one of ${Object.keys(formats).length} formats for each of the 29 linear weights of the example model, rounded to nearest:

${Object.entries(formats)
  .map(([name, type]) => `- ${name}: \`${type}\``)
  .join("\n")}

Bits are those of codes, scales and zero points per weight. Sensitivities see windows of 256 tokens of the calibration
text only. The rise of the loss is that of the whole model, above ${results.floatLosses[GOAL_TOKENS]!.toFixed(4)} in floats, on the evaluation text.
Every allocation is proven to be the best for its sensitivity. \`npm run accuracy:allocation\` writes this page.

For any model:

\`\`\`sh
npx narrow opt model.mlir --calibration text.txt --losses losses.jsonl -o planned.mlir \\
  --pipeline "allocate-bits{types=[!lowp.q<…>, !lowp.q<…>] bits=3.5 sensitivity=divergence}"
npx narrow opt planned.mlir --pipeline "quantize-weights{type=allocated},hoist-dequant" -o small.mlir
\`\`\`

The plan stands beside each weight in \`planned.mlir\`, where it may be edited. Another budget measures nothing anew, as
\`losses.jsonl\` keeps what was measured. \`--problem problem.json\` writes the choice as a problem that \`narrow allocate\`
solves for a whole sweep of budgets.
`;

/** The allocations of the first sensitivity that predictions are held against. */
export const curveOf = ({ rows }: AllocationResults): readonly AllocationRow[] =>
  rows
    .filter(({ sensitivity, tokens }) => sensitivity === compared[0] && tokens === CURVE_TOKENS)
    .toSorted((left, right) => left.budget - right.budget);

/** Spearman's correlation of the predictions with what came true. */
export const correlationOf = (results: AllocationResults): number =>
  rankCorrelation(curveOf(results).map((row) => [row.predicted, riseOf(row, results)]));

function goalTable(results: AllocationResults): string {
  const rises = (sensitivity: Compared, tokens: number): string =>
    goalBudgets
      .map((size) => {
        const row = results.rows.find(
          (each) => each.sensitivity === sensitivity && each.budget === size && each.tokens === tokens,
        );
        return row ? `+${riseOf(row, results).toFixed(4)}` : "–";
      })
      .join(" | ");
  const inRounds = goalBudgets
    .map((size) => {
      const row = results.rounds.find(({ budget }) => budget === size);
      return row ? `+${riseOf(row, results).toFixed(4)}` : "–";
    })
    .join(" | ");
  const head = `${goalBudgets.map((size) => `${size} bits`).join(" | ")} |`;
  const rule = goalBudgets.map(() => "-:|").join("");
  return `## Rise of the loss

Over the first ${GOAL_TOKENS.toLocaleString("en")} tokens:

| chosen by | ${head}
|-|${rule}
| ${compared[0]} | ${rises(compared[0], GOAL_TOKENS)} |
| ${compared[0]}, rounds = ${ROUNDS} | ${inRounds} |
| best of the reference | +0.1652 | +0.0670 | +0.0293 | +0.0111 |

Losses of single weights do not quite add up: with \`rounds = ${ROUNDS}\` whole plans are measured, on the same tokens of the
calibration text, and single changes of the best of them; \`--backend js\` has compiled programs do that.
What is best on a few thousand tokens of one text need not be on another.
The last line knows more: it minimises losses that were measured on the evaluation text itself, in numpy.
All weights in W3 g32 rise by 0.0835 at 3.5 bits, in W4 g32 by 0.0212 at 4.5.

By sensitivity, over the first ${CURVE_TOKENS.toLocaleString("en")} tokens:

| sensitivity | tokens it sees | ${head}
|-|-:|${rule}
${compared.map((each) => `| ${each} | ${256 * windowsOf[each]} | ${rises(each, CURVE_TOKENS)} |`).join("\n")}
`;
}

/** Beside one format for all: that is in docs/accuracy.md. */
function rotatedTable(results: AllocationResults): string {
  const uniform = loadAccuracy().example ?? {};
  const lines = results.rotated
    .toSorted((left, right) => left.budget - right.budget)
    .map((row) => {
      const recipe = rotatedBudgets[row.budget]!;
      const counts = Object.keys(rotatedFormats).map(
        (name) => Object.values(row.choices).filter((each) => each === name).length,
      );
      return `| ${row.budget} | ${row.loss.toFixed(4)} | ${uniform[recipe]!.loss.toFixed(4)} | ${recipe} | ${counts.join(" | ")} |`;
    });
  return `## Behind a rotation, by GPTQ

The ${Object.keys(results.rotated[0]?.choices ?? {}).length} block linears, \`by = [gptq<scales = mse>]\`, \`rounds = ${ROUNDS}\`, against one format for all of them that takes
as much; losses over the first ${GOAL_TOKENS.toLocaleString("en")} tokens, ${results.floatLosses[GOAL_TOKENS]!.toFixed(4)} in floats:

| bits allowed | allocated | one for all | recipe | ${Object.keys(rotatedFormats).join(" | ")} |
|-:|-:|-:|-|${Object.keys(rotatedFormats)
    .map(() => "-:|")
    .join("")}
${lines.join("\n")}
`;
}

function curveTable(results: AllocationResults): string {
  const names = Object.keys(formats);
  const lines = curveOf(results).map((row) => {
    const counts = names.map((name) => Object.values(row.choices).filter((each) => each === name).length);
    const figures = [row.predicted.toFixed(4), riseOf(row, results).toFixed(4)];
    return `| ${row.budget} | ${row.bits.toFixed(3)} | ${figures.join(" | ")} | ${counts.join(" | ")} |`;
  });
  return `## Predicted and true

The sum of the divergences of single weights ranks the rises of the loss, over the first ${CURVE_TOKENS.toLocaleString("en")} tokens, of
${lines.length} budgets with a correlation of ${correlationOf(results).toFixed(3)} (Spearman). Of few bits it predicts too little: rounding many weights harms
more than the sum of rounding each.

![Predicted against true rise of the loss](allocation-predicted.svg)

| bits allowed | used | predicted | rise of the loss | ${names.join(" | ")} |
|-:|-:|-:|-:|${names.map(() => "-:|").join("")}
${lines.join("\n")}
`;
}

const ends = [0.001, 0.5];

async function plot(results: AllocationResults): Promise<string> {
  // Rises within the noise of the text are drawn at the lower end.
  const points = curveOf(results).map((row) => ({
    predicted: row.predicted,
    rise: Math.max(ends[0]!, riseOf(row, results)),
    name: String(row.budget),
  }));
  const place = { x: { scale: "x", field: "predicted" }, y: { scale: "y", field: "rise" } };
  const axis = { grid: true, format: "~g", labelOverlap: true, tickCount: 5 } as const;
  const svg = await renderSvg({
    description: "Predicted against true rise of the loss, for each budget; the table below has the numbers",
    width: 520,
    height: 320,
    padding: 8,
    title: { text: "Rise of the loss, by bits per weight" },
    data: [
      { name: "points", values: points },
      { name: "equal", values: ends.map((end) => ({ predicted: end, rise: end })) },
    ],
    scales: [
      { name: "x", type: "log", domain: ends, range: "width" },
      { name: "y", type: "log", domain: ends, range: "height" },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "sum of the divergences of single weights, nats", ...axis },
      { orient: "left", scale: "y", title: "rise of the loss, nats per token", ...axis },
    ],
    marks: [
      {
        type: "line",
        from: { data: "equal" },
        encode: { enter: { ...place, stroke: { value: "currentColor" }, strokeOpacity: { value: 0.4 } } },
      },
      {
        type: "symbol",
        from: { data: "points" },
        encode: { enter: { ...place, size: { value: 36 }, fill: { value: palette[0] } } },
      },
      {
        type: "text",
        from: { data: "points" },
        encode: {
          enter: {
            ...place,
            dx: { value: 6 },
            dy: { value: 3 },
            fontSize: { value: 9 },
            text: { field: "name" },
          },
        },
      },
    ],
  });
  // An image has no page to take its ink from, but knows whether that page is light or dark.
  const ink = "<style>svg{color:#222}@media(prefers-color-scheme:dark){svg{color:#ddd}}</style>";
  return `${svg.replace(/^<svg [^>]*>/, (opening) => opening + ink)}\n`;
}
