import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import {
  blockAt,
  type Module,
  type Op,
  opAt,
  operandsOf,
  resultsOf,
  topLevel,
  type ValueId,
  valueAt,
} from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, string } from "../../../compiler/schema/schema.ts";
import { func } from "../../func/ops.ts";
import { observers } from "../observers.ts";
import { observe } from "../ops.ts";
import { selectParams } from "./select-params.ts";

/** Has calibration look at values, named `function.value` as in the text; those that no input reaches are no choice. */
export const observeValues = definePass({
  name: "observe-values",
  summary: "Puts a lowp.observe behind each float value whose `function.value` matches a pattern.",
  options: {
    values: listOf(string), // function.value, * matching anything
  },
  explains: "float values that have a name",
  contract: { kind: "exact" },
  run(module, { values }, { explain }) {
    const candidates = observableValues(module);
    if (candidates.size === 0)
      return fail(
        error("nothing-to-observe", "no function computes a float value that has a name", {
          hint: "values of parameters and constants are the same on all data; they are not observed",
        }),
      );
    const { chosen, diagnostics } = selectParams([...candidates.keys()], values, [], "values");
    for (const [site, { value, next }] of explain ? candidates : [])
      explain?.({
        ...siteOf(module, producerOf(module, value) ?? next),
        rule: site,
        outcome: chosen.includes(site) ? applied() : refused("no pattern of values matches it"),
      });
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", "values is empty, expected a pattern for the values to observe"));
    const taken = new Set(observers(module).map(({ attributes }) => attributes.site));
    const again = chosen.filter((site) => taken.has(site));
    if (again.length > 0)
      return fail(
        ...again.map((site) =>
          error("observe-site", `${site} is observed already`, { hint: "run remove-observers before" }),
        ),
      );
    const editor = new Editor(module);
    for (const site of chosen) {
      const { value, next } = candidates.get(site)!;
      editor.insertBefore(next, observe, { input: value }, { site });
    }
    return ok(editor.commit());
  },
});

function producerOf(module: Module, value: ValueId): Op | undefined {
  const { definedBy } = valueAt(module, value);
  return definedBy === undefined ? undefined : opAt(module, definedBy);
}

/** A value, and the op before which it is known for the first time. */
interface Observable {
  readonly value: ValueId;
  readonly next: Op;
}

/** By `function.value`, in program order; values that share a name are numbered as in print, `x`, `x_0`, `x_1`. */
function observableValues(module: Module): ReadonlyMap<string, Observable> {
  const found = new Map<string, Observable>();
  for (const op of topLevel(module)) {
    if (!func.is(op)) continue;
    for (const block of op.regions.flat()) {
      const { arguments: given, ops } = blockAt(module, block);
      const add = (value: ValueId, next: Op): void => {
        const { name, type } = valueAt(module, value);
        const isFloat = type.kind === "tensor" && type.element.kind === "float";
        if (name === undefined || !isFloat) return;
        const plain = `${op.attributes.sym_name}.${name}`;
        let site = plain;
        for (let n = 0; found.has(site); n++) site = `${plain}_${n}`;
        found.set(site, { value, next });
      };
      for (const value of given) add(value, opAt(module, ops[0]!));
      for (const [at, id] of ops.entries()) {
        const producer = opAt(module, id);
        if (operandsOf(producer).length === 0) continue;
        for (const value of resultsOf(producer)) add(value, opAt(module, ops[at + 1]!));
      }
    }
  }
  return found;
}
