import { describe, expect, it } from "vitest";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import { type Module, type Op, walk } from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { carryOver, type Pause, ranBefore } from "../../../runtime/interpreter/pause.ts";
import { expectValue } from "../../compiler/import/files.ts";

const text = `module {
  func.func private @inner(%x: tensor<2xf32>) -> tensor<2xf32> {
    %a = nn.exp(%x) : tensor<2xf32>
    %b = nn.tanh(%a) : tensor<2xf32>
    %c = nn.add(%a, %b) : tensor<2xf32>
    return %c : tensor<2xf32>
  }
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    %s = nn.sigmoid(%x) : tensor<2xf32>
    %n = nn.neg(%s) : tensor<2xf32>
    %y = func.call(@inner, [%s]) : tensor<2xf32>
    %z = nn.mul(%y, %n) : tensor<2xf32>
    return %z : tensor<2xf32>
  }
}`;
const constants = new ConstantStore({
  sha256: () => "",
  readTensor: () => {
    throw new Error("there are no constants");
  },
});
const input = { shape: [2], data: Float32Array.of(0.5, -1) };
const opNamed = (module: Module, name: string): Op => walk(module).find((op) => op.name === name)!;

/** Runs until an op of a name, then notes the names of the ops it runs. */
function runTo(module: Module, name: string, from?: Pause) {
  const seen: string[] = [];
  const interpreter = new Interpreter(module, registry, constants, {
    precision: "f32",
    observe: (_entry, op) => {
      if (op.name === name) return "stop";
      seen.push(op.name);
      return undefined;
    },
  });
  return { pause: expectValue(interpreter.advance("main", [input], from)), seen };
}

describe("a run that pauses", () => {
  const module = expectValue(parseModule(text, "pause.mlir", registry));

  it("goes on inside the called function, running nothing again", () => {
    const { pause, seen } = runTo(module, "nn.tanh");
    expect(seen).toEqual(["nn.sigmoid", "nn.neg", "func.call", "nn.exp"]);
    expect(pause?.frames.map((frame) => frame.function)).toEqual(["main", "inner"]);
    const rest = runTo(module, "nn.mul", pause);
    expect(rest.seen).toEqual(["func.call", "nn.tanh", "nn.add"]);
    expect(runTo(module, "nothing", rest.pause)).toEqual({ pause: undefined, seen: ["nn.mul"] });
  });

  it("keeps only values that are still needed", () => {
    const carried = runTo(module, "nn.add").pause!;
    const sizes = carryOver(carried, touched(module))!.frames.map(({ environment }) => environment.size);
    // %s, which the call under way takes, and %n; %a and %b.
    expect(sizes).toEqual([2, 2]);
  });

  it("runs ops again that an edit has put before its standpoint", () => {
    const { pause } = runTo(module, "nn.mul");
    const editor = new Editor(module);
    const neg = opNamed(module, "nn.neg");
    editor.update({ ...neg });
    // %s, its operand, went when the call ended.
    expect(carryOver(pause!, editor.commit())).toBeUndefined();
    const early = runTo(module, "nn.tanh").pause!;
    const resumed = carryOver(early, editor.commit())!;
    expect(runTo(resumed.module, "nn.tanh", resumed).seen).toEqual(["nn.neg", "func.call"]);
  });

  it("starts over where an op has changed whose outcome others have used", () => {
    const { pause } = runTo(module, "nn.add");
    for (const name of ["nn.exp", "nn.sigmoid", "func.call"]) {
      const editor = new Editor(module);
      editor.update({ ...opNamed(module, name) });
      expect(carryOver(pause!, editor.commit()), name).toBeUndefined();
    }
  });

  it("starts over where a function has changed that was called before", () => {
    const { pause } = runTo(module, "nn.mul");
    expect([...ranBefore(pause!)]).toContain(opNamed(module, "nn.tanh").id);
    const editor = new Editor(module);
    editor.update({ ...opNamed(module, "nn.tanh") });
    expect(carryOver(pause!, editor.commit())).toBeUndefined();
  });
});

/** Another module with the same program: an op after every standpoint is a new record. */
function touched(module: Module): Module {
  const editor = new Editor(module);
  editor.update({ ...opNamed(module, "nn.mul") });
  return editor.commit();
}
