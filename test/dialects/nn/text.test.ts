import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRegistry } from "../../../compiler/define/dialect.ts";
import { walk } from "../../../compiler/ir/module.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { verify } from "../../../compiler/verify/verify.ts";
import { builtin } from "../../../dialects/builtin/index.ts";
import { funcDialect } from "../../../dialects/func/index.ts";
import { nn } from "../../../dialects/nn/index.ts";
import { ops } from "../../../dialects/nn/ops.ts";

const registry = createRegistry([builtin, funcDialect, nn], []);
const folder = new URL("./ops/", import.meta.url);
const files = readdirSync(folder).filter((file) => /^[a-z]+\.mlir$/.test(file));

function parse(file: string, text = readFileSync(new URL(file, folder), "utf8")) {
  const module = parseModule(text, file, registry);
  if (!module.ok) throw new Error(module.diagnostics.map(({ message }) => message).join("\n"));
  return module.value;
}

describe("the example files", () => {
  test("show every op", () => {
    const shown = new Set(files.flatMap((file) => [...walk(parse(file))].map(({ name }) => name)));
    expect(ops.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  test.each(files)("%s verifies and reads back in either form", (file) => {
    const module = parse(file);
    expect(verify(module, registry)).toEqual([]);
    const pretty = printModule(module, registry);
    const generic = printModule(module, registry, "generic");
    expect(printModule(parse(file, pretty), registry)).toBe(pretty);
    expect(printModule(parse(file, generic), registry)).toBe(pretty);
  });
});
