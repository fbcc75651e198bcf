import Table from "cli-table3";
import type { Registry } from "../define/dialect.ts";
import { describeOutcome, type Explain, type Explanation } from "../define/explanation.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { positionOf, type Sources } from "../diagnostics/render.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { BoundPass } from "../passes/bind.ts";
import { collect } from "./options.ts";
import { plainTable } from "./table.ts";

/** `--explain PASS`, for the commands that run passes; it may be repeated. */
export const explainOption = [
  "--explain <pass>",
  "tell for each place the pass looks at what matched, or the first reason why it did not",
  collect,
  [] as readonly string[],
] as const;

/** What one run of a pass that was asked about has told. */
export interface ExplainedPass {
  /** As the user wrote it, options included. */
  readonly text: string;
  /** What the pass declares to look at. */
  readonly sites: string | undefined;
  readonly explanations: readonly Explanation[];
}

/** Gathers the explanations of the passes that were asked about. */
export class Explainer {
  readonly #names: ReadonlySet<string>;
  readonly #registry: Registry;
  readonly #told: { readonly pass: BoundPass; readonly explanations: Explanation[] }[] = [];

  private constructor(names: readonly string[], registry: Registry) {
    this.#names = new Set(names);
    this.#registry = registry;
  }

  /** Fails where a pass is unknown, not in the pipeline, or has nothing to explain. */
  static for(names: readonly string[], passes: readonly BoundPass[], registry: Registry): Result<Explainer> {
    const problems = names.flatMap((name) => problemWith(name, passes, registry) ?? []);
    return problems.length > 0 ? fail(...problems) : ok(new Explainer(names, registry));
  }

  /** Takes the explanations of a run of a pass, if it was asked about. */
  listen(pass: BoundPass): Explain | undefined {
    if (!this.#names.has(pass.name)) return undefined;
    const explanations: Explanation[] = [];
    this.#told.push({ pass, explanations });
    return (explanation) => void explanations.push(explanation);
  }

  /** By run of a pass, in the order of the pipeline; runs that an earlier failure prevented are missing. */
  explained(): readonly ExplainedPass[] {
    return this.#told.map(({ pass, explanations }) => {
      const sites = this.#registry.passes.find(({ name }) => name === pass.name)?.explains;
      return { text: pass.text, sites: typeof sites === "string" ? sites : undefined, explanations };
    });
  }
}

function problemWith(
  name: string,
  passes: readonly BoundPass[],
  { passes: known }: Registry,
): Diagnostic | undefined {
  const pass = known.find((candidate) => candidate.name === name);
  if (!pass)
    return error("unknown-pass", `--explain: no pass is called ${name}`, {
      hint: didYouMean(
        name,
        known.map((candidate) => candidate.name),
      ),
    });
  if (!passes.some((candidate) => candidate.name === name))
    return error("explain-not-run", `--explain: the pipeline does not run ${name}`, {
      hint:
        passes.length === 0
          ? `run it with --pipeline ${name}`
          : `it runs ${[...new Set(passes.map((candidate) => candidate.name))].join(", ")}`,
    });
  if (typeof pass.explains === "object")
    return error(
      "nothing-to-explain",
      `--explain: ${name} has nothing to explain: ${pass.explains.nothing}`,
      {
        hint: "--print-ir after-change shows what it made",
      },
    );
  return undefined;
}

/** Explanations as a table for people: place, op, rule and outcome. */
export function explanationTable({ text, sites, explanations }: ExplainedPass, sources: Sources): string {
  const count = explanations.filter(({ outcome }) => outcome.kind === "applied").length;
  if (explanations.length === 0)
    return `// ${text}: no place to look at${sites === undefined ? "" : `, expected ${sites}`}\n`;
  const table = new Table(plainTable);
  for (const { op, subject = "", rule, span, outcome } of explanations)
    table.push([placeOf(span, sources), `${op} ${subject}`.trim(), rule, describeOutcome(outcome)]);
  const lines = table.toString().split("\n");
  const body = lines.map((line) => `${line.trimEnd()}\n`).join("");
  return `// ${text}: applied at ${count} of ${explanations.length} places\n${body}`;
}

function placeOf(span: Explanation["span"], sources: Sources): string {
  const text = span && sources.get(span.file);
  if (!span || text === undefined) return span?.file ?? "-";
  const { line, column } = positionOf(text, span.start);
  return `${span.file}:${line}:${column}`;
}

/** Explanations as remarks, for programs and for `expected-remark` lines. */
export const explanationRemarks = ({ explanations }: ExplainedPass): readonly Diagnostic[] =>
  explanations.map(({ op, subject = "", rule, span, outcome }) => ({
    severity: "remark",
    code: "explain",
    message: `${rule} at ${`${op} ${subject}`.trim()}: ${describeOutcome(outcome)}`,
    span,
  }));
