import type { OpOf } from "../../compiler/define/op.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { type Module, walk } from "../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../compiler/ir/symbols.ts";
import { observe, param } from "./ops.ts";

export type ObserveOp = OpOf<typeof observe>;

/** Every lowp.observe, in program order. */
export const observers = (module: Module): readonly ObserveOp[] =>
  walk(module).filter((op): op is ObserveOp => observe.is(op));

/**
 * The same where each has a name of its own to keep statistics under: none that another observer or a parameter has.
 * Codes: `observe-site`.
 */
export function namedObservers(module: Module): Result<readonly ObserveOp[]> {
  const found = observers(module);
  const seen = new Set<string>();
  const problems: Diagnostic[] = [];
  for (const { attributes, span } of found) {
    const { site } = attributes;
    const symbol = topLevelSymbol(module, site);
    const refuse = (message: string) =>
      problems.push(error("observe-site", message, { span, hint: "give the lowp.observe another site" }));
    if (symbol && param.is(symbol)) refuse(`the site ${site} has the name of the parameter @${site}`);
    else if (seen.has(site)) refuse(`the site ${site} is observed at two places, expected one`);
    seen.add(site);
  }
  return problems.length > 0 ? fail(...problems) : ok(found);
}
