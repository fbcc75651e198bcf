import { type Diagnostic, error } from "../../../compiler/diagnostics/diagnostic.ts";
import { didYouMean } from "../../../compiler/diagnostics/suggest.ts";

/** Which symbols a pass works on: those that match a pattern of `only` and none of `skip`. */
export interface Selection {
  readonly chosen: readonly string[];
  /** Patterns that match nothing: a typing error the user should hear of. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Patterns match whole names, `*` standing for any characters, dots included; `what` they name is for messages. */
export function selectParams(
  candidates: readonly string[],
  only: readonly string[],
  skip: readonly string[],
  what = "weights",
): Selection {
  const matches = (pattern: string) => candidates.filter((name) => namePattern(pattern).test(name));
  const idle = (pattern: string) => pattern !== "*" && matches(pattern).length === 0;
  const included = new Set(only.flatMap(matches));
  const excluded = new Set(skip.flatMap(matches));
  return {
    chosen: candidates.filter((name) => included.has(name) && !excluded.has(name)),
    diagnostics: [...only, ...skip].filter(idle).map((pattern) =>
      error("selector", `${JSON.stringify(pattern)} matches none of the ${candidates.length} ${what}`, {
        hint: didYouMean(pattern, candidates.slice(0, 200)),
      }),
    ),
  };
}

/** What a pattern matches: whole names, `*` standing for any characters. */
export const namePattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );
