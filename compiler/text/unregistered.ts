import type { Registry } from "../define/dialect.ts";
import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";

/** Why a type or attribute nobody registered is refused: a registered dialect knows its own names; others may be let through. */
export function unregistered(
  sort: "type" | "attribute",
  name: string,
  { dialects }: Registry,
  allowUnregistered: boolean,
): Diagnostic | undefined {
  const spelled = `${sort === "type" ? "!" : "#"}${name}`;
  const dialect = dialects.find((known) => known.name === name.split(".")[0]);
  if (!dialect)
    return allowUnregistered
      ? undefined
      : error(`unknown-${sort}`, `no registered dialect defines ${spelled}`, {
          hint: "--allow-unregistered-dialect lets unknown dialects pass through untouched",
        });
  const known = (sort === "type" ? dialect.types : dialect.attributes) ?? [];
  return error(`unknown-${sort}`, `dialect ${dialect.name} has no ${sort} ${spelled}`, {
    hint: didYouMean(
      name,
      known.map((definition) => definition.name),
    ),
  });
}

/** `!d.t<body>` in parts; the body starts at `bodyStart` of the file. */
export function splitSpelling(image: string, start: number) {
  const angle = image.indexOf("<");
  return angle === -1
    ? { name: image.slice(1), body: undefined, bodyStart: start + image.length }
    : { name: image.slice(1, angle), body: image.slice(angle + 1, -1), bodyStart: start + angle + 1 };
}
