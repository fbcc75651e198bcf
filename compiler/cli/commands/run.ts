import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Executable } from "../../../runtime/backend.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { writeNpy } from "../../export/npy/write.ts";
import { readNpy } from "../../import/npy/read.ts";
import { readWholeFile } from "../../import/open-file.ts";
import { describeType } from "../../ir/describe.ts";
import { blockAt, type Module, valueAt } from "../../ir/module.ts";
import { topLevelSymbol } from "../../ir/symbols.ts";
import type { IndexType, IntegerType, Type } from "../../ir/types.ts";
import type { Tensor } from "../../numeric/tensor.ts";
import { type Backend, backendOption, executableOf } from "../backend.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, type Io, OK, report, resolvePath } from "../io.ts";
import { loadModule } from "../load.ts";

interface RunOptions {
  readonly entry: string;
  readonly input: readonly string[];
  readonly backend: Backend;
  readonly out?: string;
  readonly json?: boolean;
}

export const runCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("run")
    .description("execute one function")
    .argument("<file>", "module to run")
    .option("--entry <name>", "function to run", "main")
    .option(
      "--input <name=value>",
      "an argument: a .npy file, a .json file, or JSON such as [[1, 2]]; repeat for each",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addOption(backendOption())
    .option("--out <folder>", "write the results as .npy files")
    .option("--json", "print one JSON object")
    .action(async (file: string, options: RunOptions) => finish(await run(session(), file, options)));
};

async function run(session: Session, path: string, options: RunOptions): Promise<number> {
  const { io, registry } = session;
  const sources = new Map<string, string>();
  const loaded = loadModule(io, path, registry, sources);
  const executable = loaded.ok ? await executableOf(session, loaded.value, options.backend) : loaded;
  const result =
    loaded.ok && executable.ok
      ? await execute(io, loaded.value.module, executable.value, options)
      : fail(...(executable.ok ? [] : executable.diagnostics));
  if (!result.ok) {
    report(io, result.diagnostics, sources);
    return FAILED;
  }
  if (options.out !== undefined) {
    const folder = resolvePath(io, options.out);
    if (existsSync(folder) && !statSync(folder).isDirectory()) {
      report(
        io,
        [
          error("not-a-folder", `${options.out} is a file`, {
            hint: "--out takes the folder to write result0.npy into",
          }),
        ],
        sources,
      );
      return FAILED;
    }
    mkdirSync(folder, { recursive: true });
    for (const [i, tensor] of result.value.entries()) {
      const written = writeNpy(join(folder, `result${i}.npy`), tensor);
      if (!written.ok) {
        report(io, written.diagnostics, sources);
        return FAILED;
      }
    }
  }
  if (options.json)
    io.out(
      `${JSON.stringify({ results: result.value.map(({ shape, data }) => ({ shape, data: Array.from(data, Number) })) })}\n`,
    );
  else if (options.out === undefined) for (const tensor of result.value) io.out(`${show(tensor)}\n`);
  return OK;
}

async function execute(
  io: Io,
  module: Module,
  executable: Executable,
  { entry, input }: RunOptions,
): Promise<Result<readonly Tensor[]>> {
  const type = executable.entries.get(entry);
  if (!type)
    return fail(
      error("unknown-entry", `the module has no function @${entry}`, {
        hint: didYouMean(entry, [...executable.entries.keys()]),
      }),
    );
  const names = argumentNames(module, entry, type.inputs.length);
  const given = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const each of input) {
    const name = each.split("=", 1)[0]!;
    if (!each.includes("=") || !names.includes(name))
      problems.push(
        error("unknown-input", `@${entry} has no argument ${name}`, { hint: didYouMean(name, names) }),
      );
    else if (given.has(name)) problems.push(error("unknown-input", `argument ${name} is given twice`));
    given.set(name, each.slice(name.length + 1));
  }
  const tensors = names.map((name, i): Result<Tensor> => {
    const text = given.get(name);
    return text === undefined
      ? fail(
          error("missing-input", `argument ${name} of @${entry} is not given`, {
            hint: `add --input ${name}=FILE.npy (${describeType(type.inputs[i]!)})`,
          }),
        )
      : readInput(io, name, text, type.inputs[i]!);
  });
  problems.push(...tensors.flatMap((tensor) => (tensor.ok ? [] : tensor.diagnostics)));
  return problems.length > 0
    ? fail(...problems)
    : executable.run(
        entry,
        tensors.flatMap((tensor) => (tensor.ok ? [tensor.value] : [])),
      );
}

/** Arguments by the names they have in the text; nameless ones are called 0, 1, … */
function argumentNames(module: Module, entry: string, count: number): readonly string[] {
  const block = topLevelSymbol(module, entry)?.regions[0]?.[0];
  const values = block === undefined ? [] : blockAt(module, block).arguments;
  return Array.from(
    { length: count },
    (_, i) => (values[i] === undefined ? undefined : valueAt(module, values[i]).name) ?? String(i),
  );
}

function readInput(io: Io, name: string, text: string, type: Type): Result<Tensor> {
  const element = type.kind === "tensor" ? type.element : type;
  if (element.kind !== "float" && element.kind !== "integer" && element.kind !== "index")
    return fail(
      error("input-type", `argument ${name} is ${describeType(type)}, which cannot be given from outside`, {
        hint: "run a function that takes floats or integers, and quantizes them itself",
      }),
    );
  if (text.endsWith(".npy")) return readNpy(resolvePath(io, text));
  const bytes = text.endsWith(".json") ? readWholeFile(resolvePath(io, text)) : ok(undefined);
  if (!bytes.ok) return bytes;
  const json = bytes.value ? new TextDecoder().decode(bytes.value) : text;
  const bad = (message: string) =>
    fail(
      error("input-json", `argument ${name}: ${message}`, {
        hint: "give nested lists of numbers, such as [[1, 2], [3, 4]]",
      }),
    );
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return bad("is not JSON");
  }
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const numbers: readonly unknown[] = [value].flat(Infinity);
  if (!isRectangular(value, shape) || !numbers.every((each) => typeof each === "number"))
    return bad("is no rectangular list of numbers");
  if (element.kind === "float") return ok({ shape, data: Float32Array.from(numbers as number[]) });
  const [low, high] = integerRange(element);
  const outside = (numbers as number[]).find(
    (each) => !Number.isSafeInteger(each) || each < low || each > high,
  );
  if (outside !== undefined) return bad(`${outside} is no ${describeType(element)}`);
  const wide = element.kind === "index" || element.width > 32;
  return ok({
    shape,
    data: wide ? BigInt64Array.from((numbers as number[]).map(BigInt)) : Int32Array.from(numbers as number[]),
  });
}

const isRectangular = (value: unknown, [size, ...inner]: readonly number[]): boolean =>
  size === undefined
    ? !Array.isArray(value)
    : Array.isArray(value) && value.length === size && value.every((each) => isRectangular(each, inner));

/** The numbers of an integer type; i1 is 0 or 1. */
function integerRange(type: IntegerType | IndexType): readonly [number, number] {
  if (type.kind === "index") return [-(2 ** 63), 2 ** 63 - 1];
  const { width, signedness } = type;
  if (signedness === "unsigned" || width === 1) return [0, 2 ** width - 1];
  return [-(2 ** (width - 1)), 2 ** (width - 1) - 1];
}

/** The first numbers of a tensor, and how many there are. */
function show({ shape, data }: Tensor): string {
  const numbers = Array.from({ length: Math.min(64, data.length) }, (_, i) => String(data[i]));
  return `tensor ${shape.join("x") || "()"}: ${numbers.join(" ")}${data.length > 64 ? ` … (${data.length} numbers; --out keeps them all)` : ""}`;
}
