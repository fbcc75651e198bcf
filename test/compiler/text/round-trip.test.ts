import { describe, expect, it } from "vitest";
import type { Module } from "../../../compiler/ir/module.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { registryOf, validExamples } from "./corpus.ts";
import { structureOf } from "./structure.ts";

function parsed(text: string, path: string): Module {
  const result = parseModule(text, path, registryOf(path), { allowUnregistered: true });
  if (result.ok) return result.value;
  const shown = result.diagnostics.map(
    ({ message, span }) => `${message}: ${text.slice(span?.start ?? 0, (span?.start ?? 0) + 60)}`,
  );
  throw new Error(`${path} does not parse:\n${shown.join("\n")}\nin\n${text}`);
}

describe.each(["pretty", "generic"] as const)("%s text", (form) => {
  it.each(validExamples.map(({ path, text }) => [path, text] as const))("of %s reads back", (path, text) => {
    const registry = registryOf(path);
    const module = parsed(text, path);
    const printed = printModule(module, registry, form);
    const again = parsed(printed, `${path} (printed)`);
    expect(printModule(again, registry, form)).toBe(printed);
    expect(printModule(again, registry, "generic")).toBe(printModule(module, registry, "generic"));
    expect(structureOf(again)).toEqual(structureOf(module));
  });
});
