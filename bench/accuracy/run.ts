// npm run accuracy [-- --missing] [-- ROW…]: losses of the models in every scheme, beside an independent reference.
// Figures are kept in bench/results/accuracy.json; docs/accuracy.md and its plots are written anew from them.
import { join } from "node:path";
import { didYouMean } from "../../compiler/diagnostics/suggest.ts";
import { measure } from "./measure.ts";
import { isThere, models } from "./models.ts";
import { page } from "./page.ts";
import { addResult, loadResults, writeText } from "./results.ts";
import { root } from "./root.ts";
import { type Row, rows } from "./rows.ts";

const words = process.argv.slice(2);
const onlyMissing = words.includes("--missing");
const wanted = words.filter((word) => word !== "--missing");

const titleOf = ({ model, name }: Row): string => `${model}: ${name}`;
const isMeant = (row: Row): boolean =>
  wanted.length === 0 || wanted.some((word) => [row.model, row.name, titleOf(row)].includes(word));

const known = rows.flatMap((row) => [row.model, row.name, titleOf(row)]);
const unknown = wanted.filter((word) => !known.includes(word));
for (const word of unknown)
  console.error(`no row or model is called ${word}; ${didYouMean(word, [...new Set(known)])}`);
if (unknown.length > 0) process.exit(2);

const skipped = new Set<string>();
for (const row of rows.filter(isMeant)) {
  // Asked anew each time: another process may have measured the row by now.
  if (onlyMissing && loadResults()[row.model]?.[row.name]) continue;
  if (!isThere(row.model)) {
    skipped.add(row.model);
    continue;
  }
  const figures = await measure(row);
  await addResult(row.model, row.name, figures);
  console.log(`${titleOf(row).padEnd(50)} ${figures.bits.toFixed(3)} bits  loss ${figures.loss.toFixed(6)}`);
}
for (const model of skipped)
  console.error(`SKIPPED: the rows of ${model}, as ${models[model as Row["model"]].source} is missing`);
const files = await page(rows, loadResults());
for (const [name, text] of Object.entries(files)) writeText(join(root, "docs", name), text);
