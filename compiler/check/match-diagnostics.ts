import { type Diagnostic, error, type Span } from "../diagnostics/diagnostic.ts";
import type { Expectation, ExpectationKind } from "./expectations.ts";
import { lineAt } from "./lines.ts";

/** One message that an expectation can meet: a diagnostic, or a note of one. */
interface Message {
  readonly kind: ExpectationKind;
  readonly code: string;
  readonly text: string;
  /** One-based; undefined when it has no place in the tested file. */
  readonly line: number | undefined;
  readonly span: Span | undefined;
  readonly source: Diagnostic;
}

/**
 * Expectations that no message of their own meets, then errors and warnings that nobody expects.
 * `text` is the file that the spans of both count in; remarks and notes need no expectation.
 */
export function matchDiagnostics(
  expectations: readonly Expectation[],
  diagnostics: readonly Diagnostic[],
  text: string,
): readonly Diagnostic[] {
  const file = expectations[0]?.span.file;
  const messages = diagnostics.flatMap((diagnostic) => listMessages(diagnostic, text, file));
  const wanted = expectations.flatMap((expectation) =>
    Array<Expectation>(expectation.count).fill(expectation),
  );
  const owners = assign(wanted, messages);
  const met = new Set(owners.values());
  const unmet = wanted.filter((_, index) => !met.has(index));
  const unexpected = messages.filter(
    ({ kind }, index) => (kind === "error" || kind === "warning") && !owners.has(index),
  );
  const spare = messages.filter((_, index) => !owners.has(index));
  return [
    ...[...new Set(unmet)].map((expectation) => reportUnmet(expectation, spare)),
    ...unexpected.map(reportUnexpected),
  ];
}

function listMessages(diagnostic: Diagnostic, text: string, file: string | undefined): readonly Message[] {
  const { code, notes = [] } = diagnostic;
  const lineOf = (span: Span | undefined) =>
    span === undefined || (file !== undefined && span.file !== file) ? undefined : lineAt(text, span.start);
  const own = { kind: diagnostic.severity, text: diagnostic.message, span: diagnostic.span };
  const attached = notes.map((note) => ({ kind: "note" as const, text: note.message, span: note.span }));
  return [own, ...attached].map((part) => ({ ...part, code, line: lineOf(part.span), source: diagnostic }));
}

/** Gives every expectation a message of its own where that is possible at all; from message to expectation. */
function assign(wanted: readonly Expectation[], messages: readonly Message[]): ReadonlyMap<number, number> {
  const owners = new Map<number, number>();
  // An owner moves to another message when that frees one, so a vague text never starves a precise one.
  const claim = (index: number, visited: Set<number>): boolean =>
    messages.some((message, candidate) => {
      if (visited.has(candidate) || !meets(message, wanted[index]!)) return false;
      visited.add(candidate);
      const owner = owners.get(candidate);
      if (owner !== undefined && !claim(owner, visited)) return false;
      owners.set(candidate, index);
      return true;
    });
  for (const index of wanted.keys()) claim(index, new Set());
  return owners;
}

function meets(message: Message, expectation: Expectation): boolean {
  const { kind, code, line } = expectation;
  const isPlaced = message.kind === kind && message.line === line;
  return isPlaced && (code === undefined || message.code === code) && hasText(message, expectation);
}

function hasText(message: Message, { text, expression }: Expectation): boolean {
  return expression === undefined ? message.text.includes(text) : expression.test(message.text);
}

function reportUnmet(expectation: Expectation, spare: readonly Message[]): Diagnostic {
  const { kind, code, line, text, span } = expectation;
  const wanted = `${kind}${code === undefined ? "" : `[${code}]`} "${text}"`;
  const message = `expected ${wanted} ${describeLine(line)}, but there is none`;
  const near =
    spare.find((other) => hasText(other, expectation)) ?? spare.find((other) => other.line === line);
  const hint = near && `there is ${describeMessage(near)} ${describeLine(near.line)}`;
  return error("expectation-unmet", message, { span, ...(hint === undefined ? {} : { hint }) });
}

function reportUnexpected(message: Message): Diagnostic {
  const { kind, text, line, span, source } = message;
  const hint = `fix the input, or expect it: // expected-${kind}${line === undefined ? "@unknown" : "@+1"} {{${text}}}`;
  return error("unexpected-diagnostic", `unexpected ${describeMessage(message)} ${describeLine(line)}`, {
    span,
    hint,
    ...(source.notes === undefined ? {} : { notes: source.notes }),
  });
}

const describeMessage = ({ kind, code, text }: Message) => `${kind}[${code}] "${text}"`;
const describeLine = (line: number | undefined) =>
  line === undefined ? "without a place" : `on line ${line}`;
