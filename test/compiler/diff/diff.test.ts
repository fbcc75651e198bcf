import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffModules } from "../../../compiler/diff/diff.ts";
import type { Difference } from "../../../compiler/diff/difference.ts";
import { renderBrief, renderDiff } from "../../../compiler/diff/render.ts";
import { byteLengthOf } from "../../../compiler/ir/constants.ts";
import { type Module, type Op, walk } from "../../../compiler/ir/module.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { long, registry, registryOf, validExamples } from "../text/corpus.ts";
import { randomModule } from "../text/random-module.ts";
import { scramble } from "./scramble.ts";

function parsed(text: string, file = "test.mlir"): Module {
  const result = parseModule(text, file, registryOf(file), { allowUnregistered: true });
  if (!result.ok) throw new Error(`${result.diagnostics[0]?.message}\n${text}`);
  return result.value;
}

const sideOf = (module: Module) => ({
  module,
  digestOf(key: string) {
    const origin = module.resources[key];
    if (origin === undefined) return undefined;
    return `${byteLengthOf(origin)} bytes, ${origin.kind === "inline" ? origin.hex : origin.sha256}`;
  },
});

const differences = (left: Module, right: Module): readonly Difference[] =>
  diffModules(sideOf(left), sideOf(right), registry);

/** Printed and read back, so that ids say nothing either. */
const scrambled = (module: Module, seed: number): Module =>
  parsed(printModule(scramble(module, registry, seededRandom(seed)), registry));

/** The module with a discardable attribute on one op. */
function marked(module: Module, op: Op): Module {
  const changed: Op = { ...op, extra: { ...op.extra, "test.mark": { kind: "unit" } } };
  return { ...module, ops: { ...module.ops, [op.id]: changed } };
}

const opsOf = (module: Module) => walk(module).slice(1);

const mark = { kind: "attribute", key: "test.mark", left: undefined, right: "unit" };

describe("the modules of this repository", () => {
  // Some were written for dialects of other makers, a few of whose ops are called as ours.
  const examples = validExamples.filter(
    ({ path }, i) => path.startsWith("test/") && registryOf(path) === registry && (long || i % 4 === 0),
  );

  it("are equal to themselves under other names and in another order", () => {
    for (const [i, { path, text }] of examples.entries()) {
      const module = parsed(text, path);
      expect([path, ...differences(module, scrambled(module, i))]).toEqual([path]);
    }
  });

  it("differ by one attribute of one op where that is all that changed", () => {
    for (const [i, { path, text }] of examples.entries()) {
      const module = parsed(text, path);
      const random = seededRandom(i);
      const op = opsOf(module)[Math.floor(random() * opsOf(module).length)];
      if (!op) continue;
      const found = differences(module, scrambled(marked(module, op), i));
      expect([path, found.map((each) => "details" in each && each.details)]).toEqual([path, [[mark]]]);
      expect(found[0]).toMatchObject({ kind: "changed", right: { op: { name: op.name } } });
    }
  });
});

describe("any module", () => {
  const settings = { numRuns: long ? 1000 : 20, seed: 3 };

  it("is equal to itself under other names", () => {
    fc.assert(
      fc.property(randomModule, fc.nat(), (text, seed) => {
        const module = parsed(text);
        expect(differences(module, scrambled(module, seed))).toEqual([]);
      }),
      settings,
    );
  });

  it("differs by the one attribute that was added", () => {
    fc.assert(
      fc.property(randomModule, fc.nat(), (text, seed) => {
        const module = parsed(text);
        const ops = opsOf(module);
        fc.pre(ops.length > 0);
        const found = differences(module, scrambled(marked(module, ops[seed % ops.length]!), seed));
        expect(found.map((each) => "details" in each && each.details)).toEqual([[mark]]);
      }),
      settings,
    );
  });

  it("has as many ops added as the other way round removed", () => {
    fc.assert(
      fc.property(randomModule, randomModule, (left, right) => {
        const [a, b] = [parsed(left), parsed(right)];
        const count = (kind: string, list: readonly Difference[]) =>
          list.filter((each) => each.kind === kind).length;
        const [there, back] = [differences(a, b), differences(b, a)];
        const grown = count("added", there) - count("removed", there);
        expect(count("removed", back) - count("added", back)).toBe(grown);
      }),
      settings,
    );
  });
});

const wrap = (body: string, top = ""): string => `${top}func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
${body}
}
`;
const text = (left: string, right: string): string =>
  renderDiff(differences(parsed(left), parsed(right)), { left: "a", right: "b", sources: new Map() });

describe("what changed", () => {
  it("is an op put between two others, and the operand that now comes from it", () => {
    const left = wrap("  %y = nn.silu(%x) : tensor<4xf32>\n  return %y : tensor<4xf32>");
    const right = wrap(
      "  %h = nn.neg(%x) : tensor<4xf32>\n  %y = nn.silu(%h) : tensor<4xf32>\n  return %y : tensor<4xf32>",
    );
    expect(text(left, right)).toBe(`--- a
+++ b
@main
  + %h = nn.neg(%x) : tensor<4xf32>  [→ ?]
  ~ %y = nn.silu(%h) : tensor<4xf32>  [? → ?]
      input: %x (argument) → %h (nn.neg)
1 added, 1 changed
`);
  });

  it("is the op where another one took its place", () => {
    const [left, right] = ["nn.silu", "nn.gelu"].map((name) =>
      wrap(`  %y = ${name}(%x) : tensor<4xf32>\n  return %y : tensor<4xf32>`),
    );
    expect(text(left!, right!)).toContain("op: nn.silu → nn.gelu");
  });

  it("tells which of two equal ops is used where", () => {
    const body = (a: string, b: string) =>
      wrap(
        `  %y = nn.silu(%x) : tensor<4xf32>\n  %z = nn.silu(%x) : tensor<4xf32>\n  %s = nn.sub(${a}, ${b}) : tensor<4xf32>\n  return %s : tensor<4xf32>`,
      );
    expect(differences(parsed(body("%y", "%z")), parsed(body("%z", "%y")))).toEqual([]);
    expect(text(body("%y", "%z"), body("%y", "%y"))).toContain("right: %z (nn.silu) → %y (nn.silu)");
  });

  it("is the digest where the bytes of a weight changed, and nothing where its key did", () => {
    const weight = (key: string, hex: string) =>
      `lowp.param @w : tensor<1xf32> = dense_resource<${key}>\n\n{-#\n  dialect_resources: {\n    builtin: {\n      ${key}: "0x04000000${hex}"\n    }\n  }\n#-}\n`;
    const [one, renamed, two] = [weight("w", "0000803F"), weight("k", "0000803F"), weight("w", "00000040")];
    expect(differences(parsed(one), parsed(renamed))).toEqual([]);
    expect(text(one, two)).toContain("value: 4 bytes, 040000000000803F → 4 bytes, 0400000000000040");
  });

  it("is the symbol where a weight or a function has another name, and not its uses", () => {
    const program = (weight: string, name: string) => `lowp.param @${weight} : tensor<4xf32> = dense<2.0>
func.func @${name}(%x: tensor<4xf32>) -> tensor<4xf32> {
  %w = lowp.get(@${weight}) : tensor<4xf32>
  %y = nn.mul(%x, %w) : tensor<4xf32>
  return %y : tensor<4xf32>
}
`;
    const found = differences(parsed(program("a", "f")), parsed(program("b", "g")));
    expect(found.map((each) => "details" in each && each.details)).toEqual([
      [{ kind: "symbol", key: "symbol", left: "a", right: "b" }],
      [{ kind: "symbol", key: "symbol", left: "f", right: "g" }],
    ]);
  });

  it("is the order of ops with effects", () => {
    const body = (first: string, second: string) =>
      wrap(`  "test.${first}"() : () -> ()\n  "test.${second}"() : () -> ()\n  return %x : tensor<4xf32>`);
    const found = differences(parsed(body("a", "b")), parsed(body("b", "a")));
    expect(found.map(({ kind }) => kind)).toEqual(["moved"]);
    expect(renderBrief(found)).toBe("@main: 1 moved\n");
  });
});
