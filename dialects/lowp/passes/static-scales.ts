import { isMismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, floatAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { type DialectType, type TensorType, type Type, tensorType } from "../../../compiler/ir/types.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { inputScales } from "../input-scales.ts";
import { get } from "../ops.ts";
import { type ScaleRule, statisticsOf } from "../scale-rule.ts";
import { quantized } from "../types.ts";
import { ParamWriter } from "./dense-params.ts";
import { calibratedProvenance, measureInputs } from "./input-statistics.ts";
import { firstUser, type LinearInput } from "./linear-inputs.ts";

/** Operands of lowp.quantize beside its input. */
export interface ScaleOperands {
  readonly scale?: ValueId;
  readonly zero?: ValueId;
}

interface StaticQuantization {
  readonly type: DialectType;
  readonly rule: ScaleRule;
}

/**
 * By input, the values of its scale and zero. Parameters `@weight.input_scale` and `@weight.input_zero` hold them,
 * named after the first weight that the input meets.
 */
export async function addStaticScales(
  editor: Editor,
  inputs: readonly LinearInput[],
  { type, rule }: StaticQuantization,
  context: PassContext,
): Promise<Result<ReadonlyMap<LinearInput, ScaleOperands>>> {
  const { module } = editor;
  const sites = [...new Set(inputs.map(({ site }) => site))];
  const asked = { needs: statisticsOf(rule), asker: "mode = static" };
  const statistics = await measureInputs(module, sites, asked, context);
  if (!statistics.ok) return statistics;
  const writer = new ParamWriter(editor, context.constants);
  const prov = provenance(rule, context);
  const params = new Map<string, ParamTypes>();
  const problems: Diagnostic[] = [];
  const operands = new Map<LinearInput, ScaleOperands>();
  for (const input of inputs) {
    const anchor = firstUser(module, input);
    if (!params.has(input.site)) {
      const { shape } = valueAt(module, input.value).type as TensorType;
      const found = inputScales(tensorType(shape, type), rule, statistics.value.get(input.site)!);
      if (isMismatch(found)) {
        const { code, message, hint } = found;
        const text = `the input that meets @${input.site}: ${message}`;
        problems.push(error(code, text, { span: anchor.span, ...(hint !== undefined && { hint }) }));
        continue;
      }
      params.set(input.site, addParams(writer, editor, { site: input.site, type, prov, ...found }));
    }
    operands.set(input, getParams(editor, input, params.get(input.site)!));
  }
  writer.finish();
  const all = [...problems, ...writer.problems];
  return all.length > 0 ? fail(...all) : ok(operands);
}

/** Types of the parameters of a site, by the part of lowp.quantize they are for. */
type ParamTypes = Readonly<Partial<Record<"scale" | "zero", TensorType>>>;

function addParams(
  writer: ParamWriter,
  editor: Editor,
  {
    site,
    type,
    prov,
    ...parts
  }: {
    readonly site: string;
    readonly type: DialectType;
    readonly prov: Attribute;
    readonly scale: Tensor;
    readonly zero?: Tensor;
  },
): ParamTypes {
  const anchor = topLevelSymbol(editor.module, site)!;
  const types: Partial<Record<"scale" | "zero", TensorType>> = {};
  if (!quantized.is(type)) return types;
  for (const part of ["scale", "zero"] as const) {
    const value = parts[part];
    if (!value) continue;
    const declared = tensorType(value.shape, type.parameters[part] as Type);
    writer.add(anchor, { name: `${site}.input_${part}`, type: declared, value, prov });
    types[part] = declared;
  }
  return types;
}

function getParams(editor: Editor, input: LinearInput, types: ParamTypes): ScaleOperands {
  const { name } = valueAt(editor.module, input.value);
  const operands: { scale?: ValueId; zero?: ValueId } = {};
  for (const part of ["scale", "zero"] as const) {
    const type = types[part];
    if (!type) continue;
    const { value } = editor.insertBefore(
      firstUser(editor.module, input),
      get,
      {},
      { param: `${input.site}.input_${part}`.split("::") },
      { resultTypes: { value: type }, ...(name !== undefined && { names: { value: `${name}_${part}` } }) },
    );
    operands[part] = value;
  }
  return operands;
}

const provenance = (rule: ScaleRule, context: PassContext): Attribute =>
  calibratedProvenance(
    {
      algo: stringAttribute(rule.kind),
      pass: stringAttribute("quantize-activations"),
      ...(rule.kind === "percentile" && {
        options: { kind: "dictionary", entries: { fraction: floatAttribute(rule.fraction) } },
      }),
    },
    context,
  );
