import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { directiveSuffixes, matchDirectiveHead } from "./directives.ts";
import type { Comment } from "./lines.ts";
import { matchRunHead } from "./run-lines.ts";

/** A comment that looks like a directive but is none, and what to do. */
interface NearMiss {
  readonly written: string;
  readonly hint: string;
}

const suffixes = Object.keys(directiveSuffixes);
const proseTags = new Set(["NOTE", "NOTES", "TODO", "FIXME", "HACK", "XXX", "WARNING"]);

/** Comments that look like misspelt directives or RUN lines; `COM:` before a directive disables it on purpose. */
export function findNearMisses(
  comments: readonly Comment[],
  file: string,
  prefixes: readonly string[],
): readonly Diagnostic[] {
  return comments.flatMap(({ body, bodyStart }) => {
    if (isDeliberate(body, prefixes)) return [];
    const miss =
      missRun(body) ??
      missSeparator(body) ??
      missWithColon(body, prefixes) ??
      missWithoutColon(body, prefixes) ??
      missInside(body, prefixes);
    if (miss === undefined) return [];
    const span = { file, start: bodyStart, end: bodyStart + body.length };
    return [error("check-misspelt", `"${miss.written}" is not a directive`, { span, hint: miss.hint })];
  });
}

function isDeliberate(body: string, prefixes: readonly string[]): boolean {
  const isDirective = prefixes.some((prefix) => matchDirectiveHead(body, prefix) !== undefined);
  return isDirective || matchRunHead(body) !== undefined || /^(COM:|expected-)/.test(body);
}

function missRun(body: string): NearMiss | undefined {
  const hint = "write RUN: or RUN[NAME]:";
  const head =
    /^run\s*(?:[[({][^\s:]*)?\s*:/i.exec(body) ?? /^RUN(?:\[[^\s:]*)?\s+(?=(?:not\s+)?narrow\b)/.exec(body);
  if (head !== null) return { written: head[0].trim(), hint };
  const command = /^([A-Z]{2,4})\s*:\s*(?:not\s+)?narrow\s/.exec(body);
  if (command === null || !resembles(command[1]!, "RUN")) return undefined;
  return { written: `${command[1]}:`, hint };
}

/** Longer rows of dashes are section banners. */
function missSeparator(body: string): NearMiss | undefined {
  if (!/^-{4}$|^-{6}$/.test(body)) return undefined;
  return { written: body, hint: "write // ----- between inputs" };
}

function missWithColon(body: string, prefixes: readonly string[]): NearMiss | undefined {
  const found = /^([A-Za-z0-9]\w*(?:[-_ ]+\w+){0,3})\s*[:;]/.exec(body);
  if (found === null) return undefined;
  const [written, head] = found;
  if (proseTags.has(head!)) return undefined;
  const right = findIntended(head!, prefixes);
  return right === undefined ? undefined : { written, hint: `write ${right}` };
}

/** What a name before a colon was probably meant to be. */
function findIntended(head: string, prefixes: readonly string[]): string | undefined {
  for (const prefix of prefixes.filter(isShouted)) {
    const words = head.split(/[-_ ]+/);
    const prefixWords = prefix.split(/[-_ ]+/).length;
    const first = words.slice(0, prefixWords).join("-");
    const [suffix, ...more] = words.slice(prefixWords);
    const joined = suffixes.find((known) => (prefix + known).toUpperCase() === head.toUpperCase());
    if (joined !== undefined) return `${prefix}-${spell(joined)}:`;
    if (!resembles(first, prefix.replaceAll("_", "-"))) continue;
    if (suffix === undefined) return `${prefix}:`;
    const intended = suffixes.find((known) => resembles(suffix.replace(/\d+$/, ""), known, true));
    if (intended !== undefined) return `${prefix}-${spell(intended, more[0] ?? /\d+$/.exec(suffix)?.[0])}:`;
    const isHyphenated = !/ /.test(head);
    if (isHyphenated) return `${prefix}: or ${prefix}- with ${suffixes.join(", ")}`;
  }
  return undefined;
}

function missWithoutColon(body: string, prefixes: readonly string[]): NearMiss | undefined {
  const word = /^[A-Z0-9_-]+(?!\S)/.exec(body)?.[0];
  if (word === undefined) return undefined;
  const suffixStart = /-(?:NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT(?:-\d+)?)$/.exec(word)?.index;
  const prefix = prefixes.filter(isShouted).find((known) => resembles(word.slice(0, suffixStart), known));
  if (prefix === undefined) return undefined;
  // "CHECK lines follow" is prose; "CHECK %0 = …" is not.
  const isCode = suffixStart !== undefined || (word === prefix && /[%@=<>{}[\]!]/.test(body));
  const suffix = suffixStart === undefined ? "" : word.slice(suffixStart);
  return isCode ? { written: word, hint: `write ${prefix}${suffix}: with a colon` } : undefined;
}

function missInside(body: string, prefixes: readonly string[]): NearMiss | undefined {
  if (/^[A-Z]+:/.test(body)) return undefined;
  const names = prefixes.filter(isShouted).join("|");
  const found = new RegExp(`\\s((?:${names})(?:-(?:${suffixes.join("|")})(?:-\\d+)?)?:)(?:\\s|$)`).exec(body);
  if (found === null) return undefined;
  return { written: body, hint: `start the comment with ${found[1]}, or with COM: to disable it` };
}

/** Lower-case prefixes name sibling golden files; prose would look like them. */
function isShouted(prefix: string): boolean {
  return /[A-Z]/.test(prefix) && prefix === prefix.toUpperCase();
}

/** The same but for case, two letters swapped, or one typing error; only shouted words are guessed at. */
function resembles(word: string, right: string, isAnyCase = false): boolean {
  const upper = word.toUpperCase();
  if (upper === right) return true;
  const capitals = word.replace(/[^A-Z]/g, "").length;
  if (!isAnyCase && capitals * 2 <= word.length) return false;
  const sortLetters = (text: string) => [...text].toSorted().join("");
  if (word.length > 2 && sortLetters(upper) === sortLetters(right)) return true;
  return word.length > 2 && right.length > 3 && nearest(right, [upper]) !== undefined;
}

function spell(suffix: string, count: string | undefined = undefined): string {
  return suffix === "COUNT" ? `COUNT-${count === undefined || !/^\d+$/.test(count) ? "2" : count}` : suffix;
}
