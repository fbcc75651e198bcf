// npm run bench:js [-- --relaxed] [-- SHAPE|FORMAT…]: compiled programs beside ONNX Runtime, on one thread.
// Figures are kept in bench/results/js.json; docs/performance.md and its plots are written anew from them. With
// --relaxed, in this engine with relaxed SIMD, and in a newer one. With names, such as 1×4096×4096 or "i4 g32", only
// these are measured, and nothing is written; sparse is weights with zeros, with them and without.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { didYouMean } from "../../compiler/diagnostics/suggest.ts";
import { writeText } from "../accuracy/results.ts";
import { root } from "../accuracy/root.ts";
import { caseNames, measureRun, measuresCases } from "./measure-run.ts";
import { performancePage } from "./page.ts";
import { installPeers, loadPeers, type Peer } from "./peers.ts";
import { describeRun } from "./print.ts";
import { enableRelaxed, hasNewerNode, newerNode } from "./relaxed.ts";
import { loadResults, resultsPath, withRun } from "./results.ts";

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { relaxed: { type: "boolean", default: false } },
});
const { relaxed } = values;
for (const word of wanted.filter((each) => !caseNames.includes(each))) {
  console.error(`no shape or format is called ${word}; ${didYouMean(word, caseNames)}`);
  process.exitCode = 2;
}
if (process.exitCode === undefined) await main();

function skip(what: string): void {
  console.error(`SKIPPED: ${what}`);
}
function fail(what: string): void {
  console.error(`FAILED: ${what}`);
  process.exitCode = 1;
}
function progress(what: string): void {
  console.error(`measuring ${what}`);
}

async function main(): Promise<void> {
  const peers = measuresCases(wanted) ? await peersOrNone() : [];
  if (relaxed && !enableRelaxed()) fail(`Node ${process.versions.node} has no relaxed SIMD`);
  else {
    const run = await measureRun({ peers, relaxed, wanted, skip, fail, progress });
    console.log(describeRun(run));
    if (wanted.length > 0 || peers.length === 0) console.error("nothing is written: not all was measured");
    else {
      const results = withRun(loadResults(), run);
      writeText(resultsPath, `${JSON.stringify(results, undefined, 2)}\n`);
      const files = await performancePage(results);
      for (const [name, text] of Object.entries(files)) writeText(join(root, "docs", name), text);
    }
  }
  if (relaxed && process.execPath !== newerNode) runInNewerNode();
}

async function peersOrNone(): Promise<readonly Peer[]> {
  try {
    installPeers();
    return await loadPeers();
  } catch (problem) {
    fail(`ONNX Runtime, which cannot be installed or loaded: ${problem}`);
    return [];
  }
}

/** The same once more in another process, with all it was told. */
function runInNewerNode(): void {
  if (!hasNewerNode()) {
    skip(`a newer Node: npm ci --prefix bench puts none at ${newerNode} on this system`);
    return;
  }
  const { status } = spawnSync(newerNode, ["--expose-gc", ...process.argv.slice(1)], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
