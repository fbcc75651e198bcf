import { definePass } from "../define/pass.ts";
import { error, fail, ok } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { applyPatterns } from "../rewrite/apply-patterns.ts";
import { listOf, string, withDefault } from "../schema/schema.ts";

/** Applies every registered canonicalization until none matches, and drops what became dead. */
export const canonicalize = definePass({
  name: "canonicalize",
  summary: "Rewrites ops to their simplest equivalent form.",
  options: {
    skip: withDefault(listOf(string), []), // pattern names, for bisecting a bad rewrite
  },
  contract: { kind: "exact" },
  explains: "ops that are the root of a canonicalization",
  run(module, { skip }, context) {
    const patterns = context.registry.dialects.flatMap((dialect) => dialect.canonicalizations ?? []);
    const names = patterns.map((pattern) => pattern.name);
    const unknown = skip.filter((name) => !names.includes(name));
    if (unknown.length > 0)
      return fail(
        ...unknown.map((name) =>
          error("unknown-pattern", `no canonicalization is called ${name}`, {
            hint: didYouMean(name, names),
          }),
        ),
      );
    const chosen = patterns.filter((pattern) => !skip.includes(pattern.name));
    return ok(applyPatterns(module, chosen, context));
  },
});
