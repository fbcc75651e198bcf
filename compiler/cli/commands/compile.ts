import { basename, dirname, join } from "node:path";
import Table from "cli-table3";
import { Option } from "commander";
import { type Compiled, compile } from "../../../runtime/js/emit/compile.ts";
import { type EmitOptions, emitModule, listSteps } from "../../../runtime/js/emit/emit-module.ts";
import { contextOf } from "../../../runtime/js/emit/language-model.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeAll, writeAside } from "../../export/write-aside.ts";
import { loweringFor } from "../backend.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath, shownPath } from "../io.ts";
import { loadModule } from "../load.ts";
import { collect } from "../options.ts";
import { runPasses } from "../run-passes.ts";
import { plainTable } from "../table.ts";

interface CompileCommandOptions {
  readonly target: "js";
  readonly extent: readonly string[];
  readonly output?: string;
  readonly print?: "steps";
  readonly fallback?: boolean;
}

const examples = `
Examples:
  narrow compile model.mlir -o model.mjs               model.mjs, model.weights and model.d.mts
  narrow compile model.mlir --extent tokens=64 --extent 'keys*=512' -o model.mjs
  narrow compile model.mlir --print steps

  In Node or on a page:
  import { load } from "./model.mjs";
  const model = await load();
  for await (const token of model.generate([72, 101])) …`;

export const compileCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("compile")
    .description("turn a module into JavaScript with WebAssembly")
    .argument("<file>", "module to compile")
    .addOption(new Option("--target <name>", "what it is to run on").choices(["js"]).default("js"))
    .option(
      "--extent <name=number>",
      "the most that an argument's open extent will be, for memory is laid out beforehand (default: the model's context); * stands for any part of a name; repeatable",
      collect,
      [],
    )
    .option("-o, --output <file>", "the JavaScript file to write, beside its weights and types")
    .option(
      "--fallback",
      "also write the kernels as JavaScript, for engines without WebAssembly: the same bits, slowly",
    )
    .addOption(new Option("--print <what>", "print it for people").choices(["steps"]))
    .addHelpText("after", examples)
    .action(async (file: string, options: CompileCommandOptions) =>
      finish(await compileFile(session(), file, options)),
    );
};

async function compileFile(session: Session, path: string, options: CompileCommandOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const result = await compiled(session, path, options, sources);
  if (!result.ok) {
    report(io, result.diagnostics, sources);
    return FAILED;
  }
  if (options.print === "steps") io.out(`${listSteps(result.value.program)}\n`);
  if (options.output === undefined) return OK;
  const written = write(resolvePath(io, options.output), result.value, {
    fallback: options.fallback === true,
  });
  if (!written.ok) {
    report(io, written.diagnostics, sources);
    return FAILED;
  }
  for (const [file, bytes] of written.value) io.err(`${shownPath(io, file)}  ${bytes} bytes\n`);
  io.err(memoryTable(result.value));
  return OK;
}

async function compiled(
  session: Session,
  path: string,
  { extent, output, print, target, fallback }: CompileCommandOptions,
  sources: Map<string, string>,
): Promise<Result<Compiled>> {
  if (output === undefined && print === undefined)
    return fail(error("no-output", "nothing is asked for", { hint: "add -o FILE.mjs, or --print steps" }));
  if (output === undefined && fallback)
    return fail(
      error("option-without-effect", "--fallback adds to a module, but none is written", {
        hint: "add -o FILE.mjs",
      }),
    );
  if (output !== undefined && !/\.m?js$/.test(output))
    return fail(
      error("output-name", `${output} is not the name of a JavaScript file`, {
        hint: "end it in .mjs, or in .js in a package of ES modules",
      }),
    );
  const extents = parseExtents(extent);
  if (!extents.ok) return extents;
  const loaded = loadModule(session.io, path, session.registry, sources);
  if (!loaded.ok) return loaded;
  const { module, constants } = loaded.value;
  const options = { verifyEach: false, allowUnregistered: false };
  const lowered = await runPasses(
    session,
    module,
    loweringFor[target],
    constants,
    options,
    sources,
    () => {},
  );
  if (!lowered.ok) return lowered;
  const context = contextOf(module);
  return compile(lowered.value, session.registry, constants, {
    extents: extents.value,
    extentOf: () => context,
  });
}

function parseExtents(given: readonly string[]): Result<Readonly<Record<string, number>>> {
  const wrong = given.filter((text) => !/^[^=]+=[1-9]\d*$/.test(text));
  if (wrong.length > 0)
    return fail(
      ...wrong.map((text) =>
        error("extent-syntax", `--extent ${text} does not say which extent is how large`, {
          hint: "write it as in --extent tokens=64",
        }),
      ),
    );
  return ok(
    Object.fromEntries(
      given.map((text) => {
        const at = text.indexOf("=");
        return [text.slice(0, at), Number(text.slice(at + 1))];
      }),
    ),
  );
}

/** Writes the three files; each is aside until it is whole, the module last, since it names the weights' hash. */
function write(
  path: string,
  result: Compiled,
  options: EmitOptions,
): Result<readonly (readonly [string, number])[]> {
  // What Node takes a .js file for depends on the package around it; .mjs is an ES module everywhere.
  const kind = path.endsWith(".mjs") ? "m" : "";
  const name = basename(path, `.${kind}js`);
  const files = emitModule(result, name, options);
  const written: [string, number][] = [];
  for (const ending of [".weights", ".d.ts", ".js"] as const) {
    const content = files[ending];
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const file = join(dirname(path), `${name}${ending.replace(/\.([jt]s)$/, `.${kind}$1`)}`);
    const outcome = writeAside(file, (descriptor) => writeAll(descriptor, bytes));
    if (!outcome.ok) return outcome;
    written.push([file, bytes.length]);
  }
  return ok(written.toReversed());
}

/** Per function: its steps, and the arena that its values take, beside what other plans would. */
function memoryTable({ program, plans }: Compiled): string {
  const table = new Table({
    ...plainTable,
    head: ["function", "steps", "arena bytes", "at least", "best fit in order"],
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const { entry, plan, bestFit } of plans)
    table.push([entry, program.entries[entry]!.steps.length, plan.peak, plan.bound, bestFit]);
  return `${table.toString()}\n`;
}
