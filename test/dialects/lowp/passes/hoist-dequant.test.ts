import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantHost } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { Diagnostic, Result } from "../../../../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../../../../compiler/diagnostics/render.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { type Module, walk } from "../../../../compiler/ir/module.ts";
import { bindPass } from "../../../../compiler/passes/bind.ts";
import { parseModule } from "../../../../compiler/text/resolve.ts";
import { verify } from "../../../../compiler/verify/verify.ts";
import { hoistDequant } from "../../../../dialects/lowp/passes/hoist-dequant.ts";
import { checkContract } from "../../../../runtime/interpreter/contracts.ts";

/** A value of floats in a program being written, by name and shape. */
interface Written {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Writes random legal programs of quantize, dequantize, shape and linear ops, from a list of choices. */
class Writer {
  readonly lines: string[] = [];
  #count = 0;

  line(text: string, shape: readonly number[], element = "f32"): Written {
    const name = `%v${this.#count++}`;
    this.lines.push(`${name} = ${text} : tensor<${[...shape, element].join("x")}>`);
    return { name, shape };
  }

  /** The value rounded to a type whose blocks are as the choices say, and back. */
  rounded({ name, shape }: Written, [one, other]: readonly [number, number]): Written {
    const block = shape.map((extent, axis) => {
      const options = [1, "*", ...[2, 4].filter((entry) => extent % entry === 0)];
      return options[(one + axis * other) % options.length];
    });
    const elements = ["i8", "i4<-7:7>", "ui4, zero = ui4", "f8E4M3FN", "i8, zero = i8"];
    const [element, zero] = elements[other % elements.length]!.split(", ");
    const type = `!lowp.q<${element}, block = [${block.join(", ")}], scale = f32${zero ? `, ${zero}` : ""}>`;
    const codes = this.line(`lowp.quantize(${name})`, shape, type);
    return this.line(`lowp.dequantize(${codes.name})`, shape);
  }

  step(value: Written, [kind, one, other]: readonly [number, number, number]): Written {
    const { name, shape } = value;
    const [first = 1, ...rest] = shape;
    switch (kind) {
      case 0:
        return this.rounded(value, [one, other]);
      case 1: {
        const permutation = [...shape.keys()];
        permutation.push(permutation.splice(one % shape.length, 1)[0]!);
        const turned = permutation.map((axis) => shape[axis]!);
        return this.line(`nn.transpose(${name}) {permutation = [${permutation.join(", ")}]}`, turned);
      }
      case 2: {
        const flat = shape.length > 2 ? [first * rest[0]!, ...rest.slice(1)] : [2, first / 2, ...rest];
        if (!flat.every(Number.isInteger)) return value;
        return this.line(`nn.reshape(${name}) {shape = [${flat.join(", ")}]}`, flat);
      }
      case 3: {
        const half = Math.max(1, Math.floor(first / 2));
        const starts = [other % 2 === 0 ? 0 : first - half, ...rest.map(() => 0)];
        return this.line(
          `nn.slice(${name}) {starts = [${starts.join(", ")}], sizes = [${[half, ...rest].join(", ")}]}`,
          [half, ...rest],
        );
      }
      case 4:
        return this.line(`nn.relu(${name})`, shape);
      case 5:
        return first > 16
          ? value
          : this.line(`nn.concat([${name}, ${name}]) {axis = 0}`, [first * 2, ...rest]);
      case 6: {
        const ids = this.line(`nn.constant() {value = dense<[0, ${first - 1}]> : tensor<2xi32>}`, [2], "i32");
        return this.line(`nn.gather(${name}, ${ids.name}) {axis = 0}`, [2, ...rest]);
      }
      default: {
        const width = shape.at(-1)!;
        const all = this.line(`nn.slice(%w) {starts = [0, 0], sizes = [4, ${width}]}`, [4, width]);
        const weight = this.rounded(all, [one, other]);
        const result = [...shape.slice(0, -1), 4];
        return this.line(`nn.linear(${name}, ${weight.name})`, result);
      }
    }
  }
}

const steps = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
  { minLength: 3, maxLength: 9 },
);

function program(choices: readonly (readonly [number, number, number])[]): string {
  const writer = new Writer();
  let value: Written = { name: "%x", shape: [2, 32] };
  value = writer.rounded(value, [1, 0]);
  for (const choice of choices) {
    const next = writer.step(value, choice);
    value = next.shape.at(-1)! <= 64 && next.shape.length <= 4 ? next : value;
  }
  value = writer.step(writer.rounded(value, [1, 0]), [7, 1, 0]);
  const result = `tensor<${[...value.shape, "f32"].join("x")}>`;
  return `func.func @main(%x: tensor<2x32xf32>, %w: tensor<4x64xf32>) -> ${result} {
  ${writer.lines.join("\n  ")}
  return ${value.name} : ${result}
}
`;
}

function parsed(text: string): Module {
  const module = parseModule(text, "a.mlir", registry);
  const problems = module.ok ? verify(module.value, registry) : module.diagnostics;
  if (!module.ok || problems.length > 0) throw new Error(text + renderAll(problems, new Map()));
  return module.value;
}

/** Hoists and runs both programs; gives how many ops work on codes, or the complaint. */
async function hoisted(text: string, arithmetic: "floats" | "integers"): Promise<number | string> {
  const constants = new ConstantStore(constantHost("."));
  const pass = bindPass(hoistDequant, { rows: undefined, arithmetic });
  const before = parsed(text);
  const reports: Diagnostic[] = [];
  // A target that adds for nothing: up to a whole group of rows is scaled behind the sums.
  const costs = { multiply: 1, add: 0 };
  const context = {
    registry,
    constants,
    stepCosts: costs,
    report: (each: Diagnostic) => reports.push(each),
    progress: () => {},
  };
  const result: Result<Module> = await pass.run(before, context);
  if (!result.ok)
    return result.diagnostics[0]!.code === "option-without-effect" ? 0 : result.diagnostics[0]!.message;
  const problems = verify(result.value, registry);
  const { broken } = checkContract(pass, before, result.value, registry, constants);
  if (problems.length + broken.length > 0) return renderAll([...problems, ...broken], new Map());
  const onCodes = /^lowp\.(?!quantize|dequantize)/;
  return walk(result.value).filter(({ name }) => onCodes.test(name)).length;
}

describe("hoist-dequant on random programs", () => {
  it.each([
    ["floats", "keeps every bit"],
    ["integers", "keeps the numbers"],
  ] as const)("with arithmetic = %s %s", async (arithmetic, _claim) => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (choices) => {
        const found = await hoisted(program(choices), arithmetic);
        expect(found).toEqual(expect.any(Number));
        if (Number(found) > 0) moved++;
      }),
      { numRuns: 30, seed: 11 },
    );
    expect(moved).toBeGreaterThan(8);
  });
});
