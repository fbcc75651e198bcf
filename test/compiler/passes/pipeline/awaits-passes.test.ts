import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { definePass } from "../../../../compiler/define/pass.ts";
import { error, fail, ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import { type BoundPass, bindPass } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { parseModule } from "../../../../compiler/text/resolve.ts";

const contract = { kind: "exact" } as const;
const constants = new ConstantStore({ sha256: () => "", readTensor: () => fail() });

function parsed(text: string): Module {
  const result = parseModule(text, "a.mlir", registry);
  if (!result.ok) throw new Error(result.diagnostics[0]?.message);
  return result.value;
}

/** Runs passes that note when they start and end, each ending only after a while. */
async function notesOf(...ends: readonly ("good" | "bad")[]) {
  const notes: string[] = [];
  const passes = ends.map((end, i) =>
    bindPass(
      definePass({
        name: `pass-${i}`,
        summary: "",
        options: {},
        contract,
        async run(module) {
          notes.push(`start ${i}`);
          await setTimeout(1);
          notes.push(`end ${i}`);
          return end === "good" ? ok(module) : fail(error("bad", `pass ${i} is bad`));
        },
      }),
      {},
    ),
  );
  const result = await run(passes);
  return { notes, result };
}

const empty = "func.func @main() {\n  return\n}\n";

const run = (passes: readonly BoundPass[]) =>
  runPipeline(
    parsed(empty),
    passes,
    { registry, constants, report: () => {}, progress: () => {} },
    { verifyEach: true, allowUnregistered: false },
  );

describe("passes that give promises", () => {
  it("run one after another", async () => {
    const { notes, result } = await notesOf("good", "good");
    expect(notes).toEqual(["start 0", "end 0", "start 1", "end 1"]);
    expect(result.ok).toBe(true);
  });

  it("stop the pipeline when they fail", async () => {
    const { notes, result } = await notesOf("bad", "good");
    expect(notes).toEqual(["start 0", "end 0"]);
    expect(!result.ok && result.diagnostics[0]?.message).toBe("pass 0 is bad");
  });

  it("have their modules verified too", async () => {
    const twice = parsed(`${empty}${empty}`);
    const pass = definePass({
      name: "repeat-main",
      summary: "",
      options: {},
      contract,
      run: async () => ok(twice),
    });
    const result = await run([bindPass(pass, {})]);
    expect(!result.ok && result.diagnostics[0]?.message).toContain(
      "pass repeat-main produced an invalid module",
    );
  });

  it("reject the run where they throw", async () => {
    const pass = definePass({
      name: "throw",
      summary: "",
      options: {},
      contract,
      run: () => Promise.reject(new Error("a bug")),
    });
    await expect(run([bindPass(pass, {})])).rejects.toThrow("a bug");
  });
});
