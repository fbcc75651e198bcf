import type { Registry } from "../define/dialect.ts";
import type { AnyPass, Awaitable, Contract, PassContext } from "../define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Literal } from "../ir/attributes.ts";
import type { Module } from "../ir/module.ts";
import { parsePipelineSyntax } from "../text/parse.ts";
import { AttributeResolver } from "../text/resolve-attributes.ts";
import type { PassSyntax } from "../text/syntax.ts";

/** A pass with its options bound, ready to run. */
export interface BoundPass {
  readonly name: string;
  /** As the user wrote it, options included. */
  readonly text: string;
  readonly contract: Contract;
  run(module: Module, context: PassContext): Awaitable<Result<Module>>;
}

/** Where the text of a pipeline is said to come from in diagnostics. */
export const PIPELINE = "<pipeline>";

/** `"canonicalize{skip = [a]},cse"` to passes with checked options; all mistakes are reported. */
export function parsePipeline(text: string, registry: Registry): Result<readonly BoundPass[]> {
  const syntax = parsePipelineSyntax(text, PIPELINE);
  if (!syntax.ok) return syntax;
  const bound = syntax.value.map((pass, i) =>
    bindSyntax(pass, text, syntax.value[i + 1]?.name.span.start, registry),
  );
  const problems = bound.flatMap((result) => (result.ok ? [] : result.diagnostics));
  return problems.length > 0
    ? fail(...problems)
    : ok(bound.flatMap((result) => (result.ok ? [result.value] : [])));
}

function bindSyntax(
  { name, options }: PassSyntax,
  text: string,
  next: number | undefined,
  registry: Registry,
): Result<BoundPass> {
  const pass = registry.passes.find((candidate) => candidate.name === name.text);
  if (!pass)
    return fail(
      error("unknown-pass", `no pass is called ${name.text}`, {
        span: name.span,
        hint: didYouMean(
          name.text,
          registry.passes.map((known) => known.name),
        ),
      }),
    );
  const resolver = new AttributeResolver(registry, PIPELINE, { allowUnregistered: false });
  const given = new Map<string, GivenOption>();
  for (const { key, value } of options) {
    if (given.has(key.text))
      resolver.report(error("pass-option", `${key.text} is given twice`, { span: key.span }));
    if (!(key.text in pass.options))
      resolver.report(
        error("pass-option", `pass ${pass.name} has no option ${key.text}`, {
          span: key.span,
          hint: didYouMean(key.text, Object.keys(pass.options)),
        }),
      );
    const before = resolver.diagnostics.length;
    const literal: Literal = value ? resolver.literal(value) : { kind: "unit" };
    const isRead = resolver.diagnostics.length === before;
    const span = value?.span ?? key.span;
    given.set(key.text, {
      literal: isRead ? literal : undefined,
      text: value ? text.slice(span.start, span.end) : "given no value",
      span,
    });
  }
  const diagnostics: Diagnostic[] = [...resolver.diagnostics];
  const values = decodeOptions(pass, given, (message, span = name.span) =>
    diagnostics.push(error("pass-option", message, { span, hint: `usage: ${passUsage(pass)}` })),
  );
  if (diagnostics.length > 0) return fail(...diagnostics);
  const written = text.slice(name.span.start, next).replace(/[\s,]+$/, "");
  return ok(bindPass(pass, values, written));
}

/** An option as written; without a literal where it could not be read, which has been reported. */
interface GivenOption {
  readonly literal: Literal | undefined;
  readonly text: string;
  readonly span: Span;
}

function decodeOptions(
  pass: AnyPass,
  given: ReadonlyMap<string, GivenOption>,
  report: (message: string, span?: Span) => void,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [key, { describe, fallback, decode }] of Object.entries(pass.options)) {
    const option = given.get(key);
    if (!option && !fallback) report(`pass ${pass.name} needs ${key} = ${describe}`);
    options[key] = option?.literal ? decode(option.literal) : fallback?.value;
    if (option?.literal && options[key] === undefined)
      report(`${key} of pass ${pass.name} is ${option.text}, expected ${describe}`, option.span);
  }
  return options;
}

/** A pass with options given as values. */
export const bindPass = (
  pass: AnyPass,
  options: Readonly<Record<string, unknown>>,
  text = pass.name,
): BoundPass => ({
  name: pass.name,
  text,
  contract: "of" in pass.contract ? pass.contract.of(options) : pass.contract,
  run: (module, context) => pass.run(module, options, context),
});

/** `canonicalize{skip = list of string (optional)}`: how the command line takes it. */
export function passUsage({ name, options }: AnyPass): string {
  const parts = Object.entries(options).map(
    ([key, { describe, fallback }]) => `${key} = ${describe}${fallback ? " (optional)" : ""}`,
  );
  return parts.length > 0 ? `${name}{${parts.join(" ")}}` : name;
}
