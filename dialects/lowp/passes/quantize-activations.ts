import { definePass } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { type Module, opAt, valueAt } from "../../../compiler/ir/module.ts";
import { type DialectType, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, oneOf, optional, string, withDefault } from "../../../compiler/schema/schema.ts";
import { dequantize, quantize } from "../ops.ts";
import { scaleRule } from "../scale-rule.ts";
import { problemsInShape } from "../types.ts";
import { lowpType } from "../value-type.ts";
import { firstUser, type LinearInput, selectInputs } from "./linear-inputs.ts";
import { addStaticScales, type ScaleOperands } from "./static-scales.ts";

/**
 * Puts the inputs of linear ops into a lowp type; the ops see them dequantized. Ops that share an input share the
 * quantized value too. `dynamic`: scales come from the data of each run, per block of the type. `static`: scales,
 * and zeros, are found once from calibration data and kept as parameters beside the weight.
 */
export const quantizeActivations = definePass({
  name: "quantize-activations",
  summary: "Puts the inputs of linear ops into a lowp type, with scales of the data or from calibration.",
  options: {
    type: lowpType, // its block has one entry per axis of the input, channels last
    mode: withDefault(oneOf("dynamic", "static"), "dynamic"),
    scales: optional(scaleRule), // of static ones; absmax where left out
    only: withDefault(listOf(string), ["*"]), // names of the weights the inputs meet, * matching anything
    skip: withDefault(listOf(string), []),
  },
  explains: "linear ops and convolutions on a parameter",
  contract: { kind: "lossy", metric: "relative output difference" },
  async run(module, { type, mode, scales, only, skip }, context) {
    if (mode === "dynamic" && scales)
      return fail(
        error("pass-option", "scales says how calibration data become scales, but mode = dynamic uses none", {
          hint: "add mode = static, or leave scales out",
        }),
      );
    const inputs = selectInputs(module, only, skip, context.explain);
    if (!inputs.ok) return inputs;
    const problems = inputs.value.flatMap((input) => inputProblems(module, input, type));
    if (problems.length > 0) return fail(...problems);
    const editor = new Editor(module);
    if (mode === "dynamic") {
      for (const input of inputs.value) quantizeInput(editor, input, type, {});
      return ok(editor.commit());
    }
    const scaled = await addStaticScales(
      editor,
      inputs.value,
      { type, rule: scales ?? { kind: "absmax" } },
      context,
    );
    if (!scaled.ok) return scaled;
    for (const input of inputs.value) quantizeInput(editor, input, type, scaled.value.get(input) ?? {});
    return ok(editor.commit());
  },
});

function inputProblems(module: Module, input: LinearInput, type: DialectType): readonly Diagnostic[] {
  const { type: found, definedBy } = valueAt(module, input.value);
  const { symbol } = input.uses[0];
  const { span } = firstUser(module, input);
  const tensor = found as TensorType; // operands of linear ops are verified to be tensors
  const isQuantized =
    tensor.element.kind === "dialect" || (definedBy !== undefined && dequantize.is(opAt(module, definedBy)));
  if (isQuantized)
    return [
      error("input-quantized", `the input that meets @${symbol} is in a lowp type already`, {
        span,
        hint: `skip @${symbol}`,
      }),
    ];
  if (tensor.element.kind !== "float" || tensor.element.name !== "f32")
    return [
      error("input-element", `the input that meets @${symbol} is ${describeType(found)}, expected f32`, {
        span,
      }),
    ];
  return problemsInShape(type, tensor.shape).map(({ blames: _, ...problem }) => ({
    severity: "error",
    span,
    ...problem,
    message: `the input that meets @${symbol}: ${problem.message}`,
  }));
}

/** op(x) → op(dequantize(quantize(x))) for the chosen users of x */
function quantizeInput(editor: Editor, input: LinearInput, type: DialectType, scales: ScaleOperands): void {
  const { module } = editor;
  const anchor = firstUser(module, input);
  const { name, type: dense } = valueAt(module, input.value);
  const named = (suffix: string) => (name === undefined ? {} : { names: { output: `${name}_${suffix}` } });
  const { shape, encoding } = dense as TensorType;
  const stored = editor.insertBefore(
    anchor,
    quantize,
    { input: input.value, ...scales },
    {},
    { resultTypes: { output: tensorType(shape, type, encoding) }, ...named("q") },
  );
  const { output } = editor.insertBefore(anchor, dequantize, { input: stored.output }, {}, named("dq"));
  for (const { op } of input.uses) {
    const user = opAt(module, op);
    editor.update({ ...user, operands: { ...user.operands, input: output } });
  }
}
