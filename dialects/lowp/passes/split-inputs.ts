import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type Op, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { i32, type TensorType, type Type, tensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { add } from "../../nn/ops/binary.ts";
import { gather } from "../../nn/ops/gather.ts";
import { linear } from "../../nn/ops/linear.ts";
import { get, param } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import { ParamWriter } from "./dense-params.ts";
import { firstUser, type LinearInput } from "./linear-inputs.ts";
import { usersOf } from "./norm-groups.ts";

/** Channels of an input, ascending. */
export interface SplitSite {
  readonly outliers: readonly number[];
  readonly regular: readonly number[];
}
const sides = ["regular", "outliers"] as const;

/** The weights that inputs meet, by name; all must be dense parameters that nothing else takes. */
export function denseWeights(
  module: Module,
  inputs: readonly LinearInput[],
): Result<ReadonlyMap<string, ParamOp>> {
  const chosen = new Set(inputs.flatMap(({ uses }) => uses.map(({ op }) => op)));
  const weights = new Map<string, ParamOp>();
  for (const { symbol, op: id } of inputs.flatMap(({ uses }) => uses)) {
    const op = opAt(module, id);
    const weight = topLevelSymbol(module, symbol);
    const { span } = op;
    const isDense = weight && param.is(weight) && linear.is(op) && !isQuantized(weight.attributes.type);
    if (!isDense) {
      const hint = "split before quantize-weights";
      return fail(
        error("weight-quantized", `@${symbol} is no dense parameter of an nn.linear`, { span, hint }),
      );
    }
    const other = usersOf(module, weight).find((user) => !chosen.has(user.id));
    if (other)
      return fail(
        error("weight-shared", `@${symbol} is used by ${other.name} too, which is not split`, {
          span: other.span,
          hint: `skip @${symbol}`,
        }),
      );
    weights.set(symbol, weight);
  }
  return ok(weights);
}

const isQuantized = (type: Type): boolean => type.kind !== "tensor" || type.element.kind !== "float";

/** What is split, by site. */
export interface Split {
  readonly inputs: readonly LinearInput[];
  readonly weights: ReadonlyMap<string, ParamOp>;
  readonly masks: ReadonlyMap<string, SplitSite>;
  readonly prov: Attribute;
}

/** nn.linear(x, w, b) → nn.linear(x[regular], w.regular) + nn.linear(x[outliers], w.outliers, b) */
export function splitInputs(
  editor: Editor,
  { inputs, weights, masks, prov }: Split,
  { constants }: PassContext,
): Result<void> {
  const writer = new ParamWriter(editor, constants);
  const declared = new Set<string>();
  for (const input of inputs) {
    const mask = masks.get(input.site)!;
    if (mask.outliers.length === 0) continue;
    if (!declared.has(input.site)) {
      const anchor = topLevelSymbol(editor.module, input.site)!;
      for (const side of sides) addChannels(writer, anchor, { site: input.site, side, mask, prov });
      declared.add(input.site);
    }
    const parts = gatherSides(editor, input, mask);
    for (const { op, symbol } of input.uses) {
      const weight = weights.get(symbol)!;
      if (!declared.has(`${symbol} `)) {
        const numbers = writer.read(weight);
        if (!numbers.ok) return numbers;
        for (const side of sides) addColumns(writer, weight, numbers.value, { side, mask, prov });
        writer.remove(weight);
        declared.add(`${symbol} `);
      }
      splitLinear(editor, opAt(editor.module, op), { parts, weight, mask });
    }
  }
  writer.finish();
  return writer.problems.length > 0 ? fail(...writer.problems) : ok(undefined);
}

interface Side {
  readonly side: (typeof sides)[number];
  readonly mask: SplitSite;
  readonly prov: Attribute;
}

function addChannels(
  writer: ParamWriter,
  anchor: Op,
  { site, side, mask, prov }: Side & { readonly site: string },
): void {
  const channels = mask[side];
  const type = tensorType([channels.length], i32);
  const value = { shape: type.shape, data: Int32Array.from(channels) };
  writer.add(anchor, { name: channelsName(site, side), type, value, prov });
}

const channelsName = (site: string, side: (typeof sides)[number]): string =>
  `${site}.${side === "outliers" ? "outlier" : side}_channels`;

function addColumns(
  writer: ParamWriter,
  weight: ParamOp,
  { shape: [rows = 0, columns = 0], data }: FloatTensor,
  { side, mask, prov }: Side,
): void {
  const kept = mask[side];
  const { element } = weight.attributes.type as TensorType;
  const type = tensorType([rows, kept.length], element);
  const numbers = data.slice(0, rows * kept.length);
  for (let row = 0; row < rows; row++)
    for (const [i, column] of kept.entries()) numbers[row * kept.length + i] = data[row * columns + column]!;
  const name = `${weight.attributes.sym_name}.${side}`;
  writer.add(weight, { name, type, value: { shape: type.shape, data: numbers }, prov });
}

type Parts = Readonly<Record<(typeof sides)[number], ValueId>>;

function gatherSides(editor: Editor, input: LinearInput, mask: SplitSite): Parts {
  const anchor = firstUser(editor.module, input);
  const { name } = valueAt(editor.module, input.value);
  const part = (side: (typeof sides)[number]): ValueId => {
    const indices = readParam(editor, anchor, channelsName(input.site, side), {
      shape: [mask[side].length],
      element: i32,
    });
    const names = name === undefined ? {} : { names: { output: `${name}_${side}` } };
    return editor.insertBefore(anchor, gather, { table: input.value, indices }, { axis: -1 }, names).output;
  };
  return { regular: part("regular"), outliers: part("outliers") };
}

function readParam(
  editor: Editor,
  anchor: Op,
  name: string,
  { shape, element }: Pick<TensorType, "shape" | "element">,
): ValueId {
  const resultTypes = { value: tensorType(shape, element) };
  return editor.insertBefore(anchor, get, {}, { param: name.split("::") }, { resultTypes }).value;
}

function splitLinear(
  editor: Editor,
  op: Op,
  { parts, weight, mask }: { readonly parts: Parts; readonly weight: ParamOp; readonly mask: SplitSite },
): void {
  if (!linear.is(op)) return;
  const { shape, element } = weight.attributes.type as TensorType;
  const product = (side: (typeof sides)[number], bias: ValueId | undefined): ValueId => {
    const name = `${weight.attributes.sym_name}.${side}`;
    const columns = readParam(editor, op, name, { shape: [shape[0]!, mask[side].length], element });
    return editor.insertBefore(op, linear, { input: parts[side], weight: columns, bias }, {}).output;
  };
  const left = product("regular", undefined);
  const right = product("outliers", op.operands.bias);
  const { output } = editor.insertBefore(op, add, { left, right }, {});
  editor.replace(op.results.output, output);
  editor.erase(op.id);
  for (const each of walk(editor.module))
    if (get.is(each) && each.results.value === op.operands.weight) editor.erase(each.id);
}
