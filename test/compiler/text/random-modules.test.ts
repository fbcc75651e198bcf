import fc from "fast-check";
import { expect, it } from "vitest";
import type { Module } from "../../../compiler/ir/module.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { long, registry } from "./corpus.ts";
import { randomModule } from "./random-module.ts";
import { structureOf } from "./structure.ts";

function parsed(text: string): Module {
  const result = parseModule(text, "random.mlir", registry, { allowUnregistered: true });
  if (result.ok) return result.value;
  const [first] = result.diagnostics;
  const at = first?.span?.start ?? 0;
  throw new Error(`${first?.message} at ${JSON.stringify(text.slice(at, at + 40))}\nin\n${text}`);
}

it.each(["pretty", "generic"] as const)("prints any module in %s form so that it reads back", (form) => {
  fc.assert(
    fc.property(randomModule, (text) => {
      const module = parsed(text);
      const printed = printModule(module, registry, form);
      const again = parsed(printed);
      expect(structureOf(again)).toEqual(structureOf(module));
      expect(printModule(again, registry, form)).toBe(printed);
    }),
    { numRuns: long ? 2000 : 300, seed: 20 },
  );
});
