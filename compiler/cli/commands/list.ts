import { Argument, Option } from "commander";
import type { Registry } from "../../define/dialect.ts";
import type { WeightSolver } from "../../define/solver.ts";
import { passUsage } from "../../passes/bind.ts";
import { example, usage } from "../../text/usage.ts";
import type { AddCommand } from "../command.ts";
import { OK } from "../io.ts";

interface Row {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
}

/** What can be listed, each generated from the definitions. */
const lists: Readonly<Record<string, (registry: Registry) => readonly Row[]>> = {
  passes: (registry) =>
    registry.passes.map((pass) => ({ name: pass.name, usage: passUsage(pass), summary: pass.summary })),
  ops: (registry) =>
    registry.dialects
      .flatMap((dialect) => dialect.ops ?? [])
      .map((op) => ({ name: op.name, usage: example(op), summary: op.spec.summary })),
  types: (registry) =>
    registry.dialects
      .flatMap((dialect) => dialect.types ?? [])
      .map((type) => ({ name: `!${type.name}`, usage: `!${usage(type)}`, summary: type.summary })),
  recipes: (registry) =>
    registry.recipes.map(({ name, summary, pipeline }) => ({ name, usage: pipeline, summary })),
  solvers: (registry) =>
    registry.solvers.map((solver) => ({
      name: solver.name,
      usage: solverUsage(solver),
      summary: solver.summary,
    })),
  targets: () => [
    { name: "interpreter", usage: "--backend interpreter", summary: "reference semantics, op by op" },
  ],
};

export const listCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("list")
    .description("passes, ops, types, recipes, solvers, targets")
    .addArgument(new Argument("<what>").choices(Object.keys(lists)))
    .addOption(new Option("--json", "one JSON array"))
    .action((what: string, { json }: { readonly json?: boolean }) => {
      const { io, registry } = session();
      const rows = lists[what]?.(registry) ?? [];
      if (json) io.out(`${JSON.stringify(rows, undefined, 2)}\n`);
      else io.out(describe(rows));
      finish(OK);
    });
};

/** Names and summaries in two columns, each with its usage below; no line is padded, as usages may be long. */
function describe(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, summary, usage }) => `${name.padEnd(width)}  ${summary}\n${" ".repeat(width)}  ${usage}\n`)
    .join("");
}

/** `gptq<damping = number (optional)>` */
function solverUsage({ name, options }: WeightSolver): string {
  const parts = Object.entries(options).map(
    ([key, { describe, fallback }]) => `${key} = ${describe}${fallback ? " (optional)" : ""}`,
  );
  return parts.length > 0 ? `${name}<${parts.join(", ")}>` : name;
}
