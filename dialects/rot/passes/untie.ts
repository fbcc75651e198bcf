import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, opAt, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { get, param } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { usersOf } from "../../lowp/passes/norm-groups.ts";
import { embedding } from "../../nn/ops/gather.ts";
import { linear } from "../../nn/ops/linear.ts";

/** Dense parameters that are both the table of an embedding and the weight of a linear op, in the order of the file. */
export const tiedTables = (module: Module): readonly ParamOp[] =>
  walk(module).filter((op): op is ParamOp => {
    if (!param.is(op) || op.attributes.type.kind !== "tensor") return false;
    if (op.attributes.type.element.kind !== "float") return false;
    const users = usersOf(module, op);
    return users.some((user) => embedding.is(user)) && users.some((user) => linear.is(user));
  });

/** Gives linear ops that share their weight with an embedding a copy of it, `@table.untied`. */
export function untie(module: Module, tied: readonly ParamOp[], context: PassContext): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  for (const table of tied) {
    const numbers = writer.read(table);
    if (!numbers.ok) return numbers;
    const { sym_name: original } = table.attributes;
    const type = table.attributes.type as TensorType; // tiedTables has looked
    const name = `${original}.untied`;
    const prov = { kind: "dictionary", entries: { copy: stringAttribute(original) } } as const;
    writer.add(table, { name, type, value: numbers.value, prov });
    for (const user of usersOf(module, table)) {
      if (!linear.is(user)) continue;
      const read = valueAt(module, user.operands.weight);
      const { value } = editor.insertBefore(
        user,
        get,
        {},
        { param: name.split("::") },
        { resultTypes: { value: type }, ...(read.name !== undefined && { names: { value: read.name } }) },
      );
      editor.update({ ...opAt(module, user.id), operands: { ...user.operands, weight: value } });
    }
    context.explain?.({ ...siteOf(module, table), rule: "untie", outcome: applied(`a copy, @${name}`) });
    context.report({
      severity: "remark",
      code: "untied",
      message: `@${original} is an embedding and the weight of a linear op: the linear op has a copy of it now, @${name}`,
      span: table.span,
    });
  }
  writer.finish();
  if (writer.problems.length > 0) return { ok: false, diagnostics: writer.problems };
  return ok(editor.commit());
}

/** The dense parameter of floats a name names. */
export function denseParam(module: Module, name: string): ParamOp | undefined {
  const op = topLevelSymbol(module, name);
  if (!op || !param.is(op)) return undefined;
  const { type } = op.attributes;
  return type.kind === "tensor" && type.element.kind === "float" ? op : undefined;
}
