import { pathToFileURL } from "node:url";
import { allDialects } from "../../dialects/index.ts";
import { createRegistry, type Dialect, type Registry } from "../define/dialect.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { genericPasses } from "../passes/index.ts";
import { type Io, resolvePath } from "./io.ts";

/**
 * The product's dialects and those of the user's modules, each of which exports `dialect` or a list
 * `dialects`. TypeScript modules need a runtime that reads TypeScript, such as tsx.
 */
export async function loadDialects(io: Io, paths: readonly string[]): Promise<Result<Registry>> {
  const found: Dialect[] = [];
  const problems: Diagnostic[] = [];
  for (const path of paths) {
    const loaded = await importDialects(resolvePath(io, path), path);
    if (loaded.ok) found.push(...loaded.value);
    else problems.push(...loaded.diagnostics);
  }
  const taken = found.filter(({ name }, i) =>
    [...allDialects, ...found.slice(0, i)].some((other) => other.name === name),
  );
  problems.push(
    ...taken.map(({ name }) =>
      error("dialect-taken", `there is a dialect ${name} already`, { hint: "give yours another name" }),
    ),
  );
  return problems.length > 0
    ? fail(...problems)
    : ok(createRegistry([...allDialects, ...found], genericPasses));
}

async function importDialects(absolute: string, path: string): Promise<Result<readonly Dialect[]>> {
  let module: { readonly dialect?: unknown; readonly dialects?: unknown };
  try {
    module = await import(pathToFileURL(absolute).href);
  } catch (problem) {
    const message = problem instanceof Error ? problem.message.split("\n", 1)[0] : String(problem);
    const typescript = path.endsWith(".ts")
      ? "; for TypeScript, compile it or run narrow with tsx: npx tsx node_modules/.bin/narrow"
      : "";
    return fail(
      error("dialect-module", `${path} cannot be imported: ${message}`, {
        hint: `give the path of a module that exports \`dialect\`${typescript}`,
      }),
    );
  }
  const exported = [module.dialect ?? module.dialects ?? []].flat();
  return exported.length > 0 && exported.every(isDialect)
    ? ok(exported)
    : fail(
        error("dialect-module", `${path} exports no dialect`, {
          hint: "export const dialect = defineDialect({ … })",
        }),
      );
}

const isDialect = (value: unknown): value is Dialect =>
  typeof value === "object" &&
  value !== null &&
  "name" in value &&
  typeof value.name === "string" &&
  "summary" in value;
