import { type Diagnostic, error, type Span } from "../diagnostics/diagnostic.ts";

/** Constructs that are valid but mean something else here than the writer of a check expects. */
const misleading: readonly { readonly found: RegExp; readonly message: string; readonly hint: string }[] = [
  {
    found: /\[:[a-z]+:\]/,
    message: "POSIX character classes are not supported",
    hint: "write \\s, \\d, \\w or a range such as [A-Za-z]",
  },
  {
    found: /(?:^|[^\\])(?:\\\\)*(?:\\[1-9]|\\k<)/,
    message: "back-references by number or group name are not supported",
    hint: "define [[NAME:regex]] and use [[NAME]]",
  },
  {
    found: /\(\?<[^=!]/,
    message: "named groups are not supported",
    hint: "write [[NAME:regex]]",
  },
];

/** What is wrong with a regex inside a pattern, if anything. */
export function findRegexFault(regex: string, span: Span): Diagnostic | undefined {
  const trap = misleading.find(({ found }) => found.test(regex));
  if (trap !== undefined) return error("check-bad-regex", trap.message, { span, hint: trap.hint });
  const reason = syntaxFault(regex);
  if (reason === undefined) return undefined;
  return error("check-bad-regex", `"${regex}" is not a regular expression: ${reason}`, { span });
}

/** The engine tells only by throwing, so this is the one place in the checker that catches. */
function syntaxFault(regex: string): string | undefined {
  try {
    new RegExp(`(?:${regex})`);
    return undefined;
  } catch (thrown) {
    return thrown instanceof SyntaxError
      ? thrown.message.replace(/^.*\/: /, "").toLowerCase()
      : String(thrown);
  }
}
