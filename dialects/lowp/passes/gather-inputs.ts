import { uses } from "../../../compiler/ir/analysis.ts";
import { type Module, type Op, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { DYNAMIC, i32, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { gather } from "../../nn/ops/gather.ts";
import { linear as denseLinear } from "../../nn/ops/linear.ts";
import { dequantize, get, linear, observe } from "../ops.ts";
import { firstUser, type LinearInput, selectInputs } from "./linear-inputs.ts";
import type { KeptSite, MovedAxis, ReorderSite } from "./reorder-sites.ts";

/** Inputs of linear ops that are reordered just before them, as their channels keep their order elsewhere. */
export interface GatherSite extends ReorderSite {
  readonly inputs: readonly LinearInput[];
}

/** The linear ops that meet channels of a fixed order, together where they share weights; in program order. */
export function gatherSites(module: Module, kept: readonly KeptSite[]): readonly GatherSite[] {
  const symbols = kept
    .filter(({ isSummed }) => isSummed)
    .flatMap(({ met }) => met.map(({ symbol }) => symbol));
  if (symbols.length === 0) return [];
  const inputs = selectInputs(module, [...new Set(symbols)], []);
  if (!inputs.ok) return [];
  return togetherByWeight(inputs.value.filter((input) => isPlain(module, input))).flatMap((group) => {
    const names = [...new Set(group.flatMap(namesOf))];
    const ops = new Set(group.flatMap(({ uses: [...own] }) => own.map(({ op }) => op)));
    const isTheirs = names.every((name) => takers(module, name).every((op) => ops.has(op.id)));
    const channels = (valueAt(module, group[0]!.value).type as TensorType).shape.at(-1)!;
    if (!isTheirs || channels === DYNAMIC) return [];
    const places = [Int32Array.from({ length: channels }, (_, channel) => channel)];
    const met = names.map((symbol): MovedAxis => ({ symbol, axis: 1, places }));
    return [{ channels, scopes: 1, met, counted: met, moved: met, isSummed: true, inputs: group }];
  });
}

const namesOf = ({ uses: [...own] }: LinearInput): readonly string[] => own.map(({ symbol }) => symbol);

/** Whether an input is dense and meets its weights as matrices. */
function isPlain(module: Module, { value, uses: [...own] }: LinearInput): boolean {
  const { type } = valueAt(module, value);
  const isDense = type.kind === "tensor" && type.element.kind === "float";
  return isDense && own.every(({ op }) => denseLinear.is(opAt(module, op)) || linear.is(opAt(module, op)));
}

function togetherByWeight(inputs: readonly LinearInput[]): readonly (readonly LinearInput[])[] {
  const groups: LinearInput[][] = [];
  for (const input of inputs) {
    const names = new Set(namesOf(input));
    const sharing = groups.filter((group) =>
      group.some((each) => namesOf(each).some((name) => names.has(name))),
    );
    const [first, ...others] = sharing;
    if (!first) {
      groups.push([input]);
      continue;
    }
    first.push(...others.flat(), input);
    for (const other of others) groups.splice(groups.indexOf(other), 1);
  }
  return groups;
}

/** The ops that take a parameter, dequantized or as it is, but for those that only watch it. */
function takers(module: Module, name: string): readonly Op[] {
  const users = (value: ValueId): readonly Op[] =>
    (uses(module).get(value) ?? [])
      .map((id) => opAt(module, id))
      .filter((op) => !observe.is(op))
      .flatMap((op) => (dequantize.is(op) ? users(op.results.output) : [op]));
  return walk(module).flatMap((op) =>
    get.is(op) && op.attributes.param.join("::") === name ? users(op.results.value) : [],
  );
}

/** nn.linear(%x, …) → nn.linear(nn.gather(%x, @order), …), one gather for each input. */
export function gatherInputs(editor: Editor, { inputs, channels }: GatherSite, order: string): void {
  const { module } = editor;
  for (const input of inputs) {
    const anchor = firstUser(module, input);
    const type = tensorType([channels], i32);
    const resultTypes = { value: type };
    const indices = editor.insertBefore(anchor, get, {}, { param: order.split("::") }, { resultTypes }).value;
    const { name } = valueAt(module, input.value);
    const names = name === undefined ? {} : { names: { output: `${name}_ordered` } };
    const operands = { table: input.value, indices };
    const { output } = editor.insertBefore(anchor, gather, operands, { axis: -1 }, names);
    for (const { op: id } of input.uses) {
      const op = opAt(module, id);
      editor.update({ ...op, operands: { ...op.operands, input: output } });
    }
  }
}
