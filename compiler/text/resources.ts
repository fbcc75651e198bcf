import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import type { ResourceOrigin } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";
import type { MetadataSyntax } from "./syntax.ts";

/** The group of `external_resources` in which this compiler records where bytes are. */
const GROUP = "narrow";

export interface Metadata {
  readonly resources: Module["resources"];
  readonly metadata: Module["metadata"];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the `{-# … #-}` section. */
export function readMetadata(sections: readonly MetadataSyntax[]): Metadata {
  const resources: Record<string, ResourceOrigin> = {};
  const metadata: Record<string, Record<string, string | boolean>> = {};
  const diagnostics: Diagnostic[] = [];
  const report = (entry: MetadataSyntax, message: string, hint: string) =>
    diagnostics.push(error("metadata", message, { span: entry.key.span, hint }));
  for (const section of sections)
    for (const group of groupsOf(section))
      for (const entry of groupsOf(group)) {
        const { value, key } = entry;
        if (Array.isArray(value))
          report(entry, `${key.text} holds a group, expected a value`, "values are strings or true/false");
        else if (section.key.text === "dialect_resources") {
          if (typeof value === "string" && value.startsWith("0x"))
            define(resources, entry, { kind: "inline", hex: value.slice(2) }, diagnostics);
          else report(entry, `${key.text} is not a blob`, 'write the bytes as "0x…"');
        } else if (section.key.text !== "external_resources")
          report(
            section,
            `unknown section ${section.key.text}`,
            "known: dialect_resources, external_resources",
          );
        else if (group.key.text === GROUP) {
          const origin = typeof value === "string" ? readOrigin(value) : undefined;
          if (origin) define(resources, entry, origin, diagnostics);
          else
            report(
              entry,
              `${key.text} does not say where its bytes are`,
              'write "FILE#TENSOR, N bytes, sha256 HEX"',
            );
        } else {
          metadata[group.key.text] = { ...metadata[group.key.text], [key.text]: value as string | boolean };
        }
      }
  return { resources, metadata, diagnostics };
}

const groupsOf = ({ value }: MetadataSyntax): readonly MetadataSyntax[] =>
  typeof value === "object" ? value : [];

function define(
  resources: Record<string, ResourceOrigin>,
  { key }: MetadataSyntax,
  origin: ResourceOrigin,
  diagnostics: Diagnostic[],
): void {
  if (key.text in resources)
    diagnostics.push(
      error("redefined-resource", `the bytes of ${key.text} are given twice`, { span: key.span }),
    );
  resources[key.text] = origin;
}

function readOrigin(text: string): ResourceOrigin | undefined {
  const match = /^(?:(.*)#([^#]*), )?(\d+) bytes, sha256 ([0-9a-f]{64})$/s.exec(text);
  if (!match) return undefined;
  const [, file, tensor, length, sha256] = match;
  const digest = { byteLength: Number(length), sha256: sha256! };
  return file === undefined || tensor === undefined
    ? { kind: "digest", ...digest }
    : { kind: "file", file, tensor, ...digest };
}

function printOrigin(origin: Exclude<ResourceOrigin, { kind: "inline" }>): string {
  const digest = `${origin.byteLength} bytes, sha256 ${origin.sha256}`;
  return origin.kind === "file" ? `${origin.file}#${origin.tensor}, ${digest}` : digest;
}

/** The `{-# … #-}` section, or nothing if the module needs none. */
export function printMetadata(
  { resources, metadata }: Pick<Module, "resources" | "metadata">,
  quote: (text: string) => string,
): string {
  const key = (text: string) => (/^[A-Za-z_][A-Za-z0-9_$.]*$/.test(text) ? text : quote(text));
  const inline = Object.entries(resources).filter(([, origin]) => origin.kind === "inline");
  const external = Object.entries(resources).filter(([, origin]) => origin.kind !== "inline");
  const groups: [string, [string, string][]][] = Object.entries(metadata).map(([name, entries]) => [
    name,
    Object.entries(entries).map(([k, v]) => [k, typeof v === "string" ? quote(v) : String(v)]),
  ]);
  if (external.length > 0)
    groups.push([GROUP, external.map(([k, origin]) => [k, quote(printOrigin(origin as never))])]);
  const section = (name: string, contents: readonly [string, readonly [string, string][]][]) =>
    `  ${name}: {\n${contents
      .map(
        ([group, list]) =>
          `    ${key(group)}: {\n${list.map(([k, v]) => `      ${key(k)}: ${v}`).join(",\n")}\n    }`,
      )
      .join(",\n")}\n  }`;
  const sections = [
    ...(inline.length > 0
      ? [
          section("dialect_resources", [
            [
              "builtin",
              inline.map(([k, origin]) => [k, `"0x${origin.kind === "inline" ? origin.hex : ""}"`]),
            ],
          ]),
        ]
      : []),
    ...(groups.length > 0 ? [section("external_resources", groups)] : []),
  ];
  return sections.length === 0 ? "" : `{-#\n${sections.join(",\n")}\n#-}\n`;
}
