import { expect, it } from "vitest";
import { constantHost } from "../../../compiler/cli/constant-host.ts";
import { inlineSmall } from "../../../compiler/cli/save.ts";
import { ConstantStore, encodeHex } from "../../../compiler/ir/constants.ts";
import { type Module, walk } from "../../../compiler/ir/module.ts";
import { opCount, reduceModule } from "../../../compiler/reduce/reduce.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { verify } from "../../../compiler/verify/verify.ts";
import { registry } from "../text/corpus.ts";

function parsed(text: string): Module {
  const result = parseModule(text, "test.mlir", registry);
  if (!result.ok) throw new Error(`${result.diagnostics[0]?.message}\n${text}`);
  expect(verify(result.value, registry)).toEqual([]);
  return result.value;
}

/** The text of the smallest module that still keeps what `keeps` asks for. */
async function reduced(text: string, keeps: (module: Module) => boolean) {
  const seen: Module[] = [];
  const constants = new ConstantStore(constantHost("."));
  const { module, tried } = await reduceModule(parsed(text), {
    registry,
    constants,
    keeps: async (candidate) => {
      seen.push(candidate);
      return keeps(candidate);
    },
  });
  for (const candidate of seen) expect(verify(candidate, registry)).toEqual([]);
  expect(tried).toBe(seen.length);
  return printModule(inlineSmall(module, constants, encodeHex), registry);
}

const has = (name: string) => (module: Module) => walk(module).some((op) => op.name === name);

const layer = `lowp.param @w : tensor<6x4xf32> = dense_resource<w>
lowp.param @b : tensor<6xf32> = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>

func.func @helper(%x: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %y = nn.silu(%x) : tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

func.func @main(%x: tensor<?x4xf32>, %unused: tensor<3xi32>) -> (tensor<?x6xf32>, tensor<?x4xf32>) {
  %w = lowp.get(@w) : tensor<6x4xf32>
  %b = lowp.get(@b) : tensor<6xf32>
  %h = nn.gelu(%x) : tensor<?x4xf32>
  %y = nn.linear(%h, %w, %b) {test.note = "kept by nobody"} : tensor<?x6xf32>
  %z = func.call(@helper, [%y]) : tensor<?x6xf32>
  %s = nn.softmax(%z) {axis = 1} : tensor<?x6xf32>
  return %s, %h : tensor<?x6xf32>, tensor<?x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x04000000${"0000803F".repeat(24)}"
    }
  }
#-}
`;

it("drops functions, weights, ops, arguments and results around what is kept", async () => {
  expect(await reduced(layer, has("nn.gelu"))).toBe(`func.func @main(%x: tensor<?x1xf32>) {
  %h = nn.gelu(%x) : tensor<?x1xf32>
  return
}
`);
});

it("drops optional operands and attributes, and turns what others computed into arguments", async () => {
  expect(
    await reduced(layer, has("nn.linear")),
  ).toBe(`func.func @main(%x: tensor<?x1xf32>, %w: tensor<1x1xf32>) {
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return
}
`);
});

it("keeps a length that matters, and cuts weights to the others", async () => {
  const sixRows = (module: Module) =>
    walk(module).some(
      (op) =>
        op.name === "lowp.param" && /"kind":"resource".*"shape":\[6,/.test(JSON.stringify(op.attributes)),
    );
  expect(await reduced(layer, sixRows)).toBe(`lowp.param @w : tensor<6x1xf32> = dense_resource<w>

{-#
  dialect_resources: {
    builtin: {
      w: "0x04000000${"0000803F".repeat(6)}"
    }
  }
#-}
`);
});

it("puts zeros where a function has callers and cannot take more arguments", async () => {
  const text = `func.func @inner(%x: tensor<4xf32>) -> tensor<2x2xf32> {
  %a = nn.silu(%x) : tensor<4xf32>
  %b = nn.reshape(%a) {shape = [2, 2]} : tensor<2x2xf32>
  %c = nn.exp(%b) : tensor<2x2xf32>
  return %c : tensor<2x2xf32>
}

func.func @outer(%x: tensor<4xf32>) -> tensor<2x2xf32> {
  %y = func.call(@inner, [%x]) : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
`;
  const keeps = (module: Module) => has("nn.exp")(module) && has("func.call")(module);
  expect(await reduced(text, keeps)).toBe(`func.func @inner(%x: tensor<1xf32>) -> tensor<1x1xf32> {
  %0 = nn.constant() {value = dense<0.0> : tensor<1x1xf32>} : tensor<1x1xf32>
  %c = nn.exp(%0) : tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}

func.func @outer(%x: tensor<1xf32>) {
  %y = func.call(@inner, [%x]) : tensor<1x1xf32>
  return
}
`);
});

it("changes nothing where all is needed, whatever the order of trying", async () => {
  const text = `func.func @f() {\n  return\n}\n`;
  expect(await reduced(text, (module) => opCount(module) === 2)).toBe(text);
});

it("gives the same module each time", async () => {
  const texts = await Promise.all([reduced(layer, has("nn.softmax")), reduced(layer, has("nn.softmax"))]);
  expect(texts[0]).toBe(texts[1]);
});
