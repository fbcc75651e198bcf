import { type Diagnostic, error, fail, ok, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { type Comment, scanComments } from "./lines.ts";
import { type ShellWord, splitShellWords } from "./shell-words.ts";

/** One command of a test file: `// RUN: narrow opt %s`. */
export interface RunLine {
  /** The prefix of the directives that check its output: CHECK, or NAME from `RUN[NAME]:`. */
  readonly prefix: string;
  /** Written `not narrow …`: the command must fail. */
  readonly expectFailure: boolean;
  /** The words after `narrow`, unquoted; `%s` is left in. */
  readonly arguments: readonly string[];
  readonly span: Span;
}

/** A RUN command before it is split into words, its continuation lines joined. */
interface RunCommand {
  readonly prefix: string;
  readonly command: string;
  readonly isContinued: boolean;
  readonly span: Span;
}

const prefixForm = /^[A-Za-z0-9_-]+$/;

/** The RUN lines of a test file, in order; all their faults when any has one. */
export function parseRunLines(text: string, file: string): Result<readonly RunLine[]> {
  const results = joinContinuations(scanComments(text), file).map(parseRunLine);
  const lines = results.flatMap((result) => (result.ok ? [result.value] : []));
  const diagnostics = results.flatMap((result) => (result.ok ? [] : result.diagnostics));
  const all = [...diagnostics, ...findDuplicates(lines)];
  return all.length === 0 ? ok(lines) : fail(...all);
}

/** The well-formed directive prefixes that RUN lines declare, whether or not those lines are otherwise right. */
export function declaredPrefixes(comments: readonly Comment[]): ReadonlySet<string> {
  const prefixes = comments.flatMap((comment) => matchRunHead(comment.body)?.prefix ?? []);
  return new Set(prefixes.filter((prefix) => prefixForm.test(prefix)));
}

/** The prefix and command of a comment that is a RUN line. */
export function matchRunHead(
  body: string,
): { readonly prefix: string; readonly command: string } | undefined {
  const found = /^RUN(?:\[([^\]\s]*)\])?:\s*(.*)$/.exec(body);
  return found === null ? undefined : { prefix: found[1] ?? "CHECK", command: found[2]! };
}

function joinContinuations(comments: readonly Comment[], file: string): readonly RunCommand[] {
  const commands: RunCommand[] = [];
  for (const { body, bodyStart } of comments) {
    const head = matchRunHead(body);
    if (head === undefined) continue;
    const isContinued = head.command.endsWith("\\");
    const command = isContinued ? head.command.slice(0, -1) : head.command;
    const last = commands.at(-1);
    const joins = last?.isContinued === true && last.prefix === head.prefix;
    const start = joins ? last.span.start : bodyStart;
    const span = { file, start, end: bodyStart + body.length };
    if (joins) commands.pop();
    commands.push({ prefix: head.prefix, command: (joins ? last.command : "") + command, isContinued, span });
  }
  return commands;
}

function parseRunLine({ prefix, command, isContinued, span }: RunCommand): Result<RunLine> {
  if (!prefixForm.test(prefix) || /-(NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT-\d+)$/.test(prefix)) {
    const hint = "use letters, digits, - and _, and do not end in a directive's suffix such as -NOT";
    return fail(error("run-line-bad-prefix", `"${prefix}" cannot name a RUN line`, { span, hint }));
  }
  if (isContinued) {
    const form = prefix === "CHECK" ? "RUN:" : `RUN[${prefix}]:`;
    const message = `the RUN line ends in a backslash but no ${form} line follows`;
    return fail(error("run-line-continuation", message, { span }));
  }
  const words = splitShellWords(command);
  if (words === undefined) {
    return fail(error("run-line-unterminated-quote", "a quote in the RUN line is not closed", { span }));
  }
  const fault = findShellSyntax(words, span) ?? findWrongCommand(words, span);
  if (fault !== undefined) return fail(fault);
  const texts = words.map((word) => word.text);
  const expectFailure = texts[0] === "not";
  return ok({ prefix, expectFailure, arguments: texts.slice(expectFailure ? 2 : 1), span });
}

function findShellSyntax(words: readonly ShellWord[], span: Span): Diagnostic | undefined {
  const operator = words.find((word) => !word.isQuoted && /^(\|\|?|&&?|;|[12]?>>?|<|2>&1)$/.test(word.text));
  if (operator === undefined) return undefined;
  const hint = "remove it: no shell runs this line, and its output is checked by itself";
  return error("run-line-shell-syntax", `RUN line uses the shell operator ${operator.text}`, { span, hint });
}

function findWrongCommand(words: readonly ShellWord[], span: Span): Diagnostic | undefined {
  const [command] = words[0]?.text === "not" ? words.slice(1) : words;
  if (command?.text === "narrow") return undefined;
  const hint = "write narrow, or not narrow when it must fail";
  if (command === undefined) return error("run-line-empty", "RUN line has no command", { span, hint });
  const message = `RUN line runs "${command.text}", expected narrow`;
  return error("run-line-unknown-command", message, { span, hint });
}

function findDuplicates(lines: readonly RunLine[]): readonly Diagnostic[] {
  const first = new Map<string, RunLine>();
  return lines.flatMap((line) => {
    const earlier = first.get(line.prefix);
    if (earlier === undefined) {
      first.set(line.prefix, line);
      return [];
    }
    const notes = [{ message: "the other one is here", span: earlier.span }];
    const hint = "give one of them a name: RUN[NAME]:";
    const message = `two RUN lines have the prefix ${line.prefix}`;
    return [error("run-line-duplicate-prefix", message, { span: line.span, notes, hint })];
  });
}
