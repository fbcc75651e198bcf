import fc from "fast-check";
import { expect, it } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import { renderAll } from "../../compiler/diagnostics/render.ts";
import { walk } from "../../compiler/ir/module.ts";
import { printModule } from "../../compiler/text/print.ts";
import { parseModule } from "../../compiler/text/resolve.ts";
import { verify } from "../../compiler/verify/verify.ts";
import { randomGraph } from "./graphs.ts";

it("makes legal programs, of every kind", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(randomGraph, (text) => {
      const parsed = parseModule(text, "random.mlir", registry);
      const problems = parsed.ok ? verify(parsed.value, registry) : parsed.diagnostics;
      expect(renderAll(problems, new Map([["random.mlir", text]]))).toBe("");
      if (!parsed.ok) return;
      for (const { name } of walk(parsed.value)) seen.add(name);
      expect(printModule(parsed.value, registry)).not.toBe("");
    }),
    { numRuns: 40, seed: 1 },
  );
  for (const name of [
    "nn.attention",
    "nn.rope",
    "nn.conv2d",
    "nn.batch_norm",
    "func.call",
    "lowp.linear",
    "nn.concat",
  ])
    expect(seen).toContain(name);
});
