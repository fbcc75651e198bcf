import { Option } from "commander";
import pc from "picocolors";
import type { Sources } from "../../diagnostics/render.ts";
import { diffModules } from "../../diff/diff.ts";
import type { Difference } from "../../diff/difference.ts";
import { type DiffPaint, positionIn, renderBrief, renderDiff } from "../../diff/render.ts";
import type { Op } from "../../ir/module.ts";
import type { AddCommand, Session } from "../command.ts";
import { sideOf } from "../diff-side.ts";
import { OK, report } from "../io.ts";
import { loadModule } from "../load.ts";

interface DiffOptions {
  readonly brief?: boolean;
  readonly format: "text" | "json";
  readonly allowUnregisteredDialect?: boolean;
}

/** Exit statuses of diff(1), which scripts expect. */
const EQUAL = OK;
const DIFFERENT = 1;
const TROUBLE = 2;

export const diffCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("diff")
    .description("what changed between two modules")
    .argument("<a>", "module before; - is standard input")
    .argument("<b>", "module after; names and the order of ops do not count")
    .option("--brief", "one line for each function or parameter that differs")
    .addOption(new Option("--format <format>", "how it is written").choices(["text", "json"]).default("text"))
    .option("--allow-unregistered-dialect", "let ops and types of unknown dialects through")
    .addHelpText(
      "after",
      "\nEnds with 0 if they are equal, 1 if they differ, 2 if they could not be compared.",
    )
    .action((left: string, right: string, options: DiffOptions) =>
      finish(diff(session(), left, right, options)),
    );
};

function diff({ io, registry }: Session, left: string, right: string, options: DiffOptions): number {
  const sources = new Map<string, string>();
  const allowUnregistered = options.allowUnregisteredDialect ?? false;
  const load = (path: string) => loadModule(io, path, registry, sources, { allowUnregistered });
  const [before, after] = [load(left), load(right)];
  if (!before.ok || !after.ok) {
    const problems = [before, after].flatMap((loaded) => (loaded.ok ? [] : loaded.diagnostics));
    report(io, problems, sources);
    return TROUBLE;
  }
  const differences = diffModules(sideOf(before.value.module), sideOf(after.value.module), registry);
  if (options.format === "json") io.out(`${JSON.stringify(asJson(differences, sources))}\n`);
  else if (options.brief) io.out(renderBrief(differences));
  else if (differences.length > 0)
    io.out(
      renderDiff(
        differences,
        { left, right, sources },
        io.terminal && pc.isColorSupported ? colours : undefined,
      ),
    );
  return differences.length === 0 ? EQUAL : DIFFERENT;
}

const colours: DiffPaint = { removed: pc.red, added: pc.green, place: pc.blue };

/** `{"equal", "differences": [{"kind", "within", "left", "right", "details"}]}`; places where there are any. */
function asJson(differences: readonly Difference[], sources: Sources): object {
  const mention = ({ op, text }: { readonly op: Op; readonly text: string }) => ({
    op: op.name,
    text,
    ...(op.span && positionIn(op.span, sources)),
  });
  return {
    equal: differences.length === 0,
    differences: differences.map((difference) => ({
      ...difference,
      ...("left" in difference && { left: mention(difference.left) }),
      ...("right" in difference && { right: mention(difference.right) }),
    })),
  };
}
