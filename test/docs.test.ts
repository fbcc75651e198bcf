import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { createRegistry, type Dialect } from "../compiler/define/dialect.ts";
import type { AnyOp, ValueSpecs } from "../compiler/define/op.ts";
import type { AnyParametric } from "../compiler/define/type.ts";
import { renderAll } from "../compiler/diagnostics/render.ts";
import { genericPasses } from "../compiler/passes/index.ts";
import type { Schemas } from "../compiler/schema/schema.ts";
import { printModule } from "../compiler/text/print.ts";
import { AttributePrinter } from "../compiler/text/print-attributes.ts";
import { parseModule } from "../compiler/text/resolve.ts";
import { example, usage } from "../compiler/text/usage.ts";
import { verify } from "../compiler/verify/verify.ts";
import { allDialects } from "../dialects/index.ts";
import { fencedBlocks } from "./markdown.ts";

const root = join(import.meta.dirname, "..");
const registry = createRegistry(allDialects, genericPasses);
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

/** The reference of docs/ir.md, from the declarations. */
function reference(dialects: readonly Dialect[]): string {
  return dialects.map(describeDialect).join("\n");
}

function describeDialect({ name, summary, ops = [], types = [], attributes = [] }: Dialect): string {
  return [
    `### ${name}\n\n${summary}\n`,
    ...types.map((each) => describeParametric("!", each)),
    ...attributes.map((each) => describeParametric("#", each)),
    ...ops.map(describeOp),
  ].join("\n");
}

function describeOp(op: AnyOp): string {
  const { summary, operands, attributes, results, traits = [] } = op.spec;
  const facts = [
    ...values("operand", operands),
    ...parameters("attribute", attributes),
    ...values("result", results),
    ...(traits.length > 0 ? [`- traits: ${traits.join(", ")}`] : []),
  ];
  return [`#### ${op.name}\n`, `${summary}\n`, fence(example(op)), ...lines(facts)].join("\n");
}

function describeParametric(sigil: "!" | "#", definition: AnyParametric): string {
  const facts = definition.syntax ? [] : parameters("parameter", definition.parameters);
  return [
    `#### ${sigil}${definition.name}\n`,
    `${definition.summary}\n`,
    fence(`${sigil}${usage(definition)}`),
    ...lines(facts),
  ].join("\n");
}

const fence = (text: string) => `\`\`\`text\n${text}\n\`\`\`\n`;
const lines = (facts: readonly string[]) => (facts.length > 0 ? [`${facts.join("\n")}\n`] : []);

const values = (kind: string, specs: ValueSpecs) =>
  Object.entries(specs).map(([name, { arity, constraint }]) => {
    const note = arity === "one" ? "" : arity === "many" ? ", any number" : ", optional";
    return `- ${kind} \`${name}\`: ${constraint.describe}${note}`;
  });

const parameters = (kind: string, schemas: Schemas) =>
  Object.entries(schemas).map(([name, { describe: what, encode, fallback }]) => {
    const isOptional = fallback !== undefined && fallback.value === undefined;
    const printer = new AttributePrinter(registry, "pretty", []);
    const preset = fallback && !isOptional && `, default \`${printer.literal(encode(fallback.value))}\``;
    return `- ${kind} \`${name}\`: ${what.replaceAll("<", "\\<")}${isOptional ? ", optional" : (preset ?? "")}`;
  });

const BEGIN = "<!-- ops:begin -->";
const END = "<!-- ops:end -->";

test("docs/ir.md has the reference of all ops and types; NARROW_UPDATE=1 rewrites it", () => {
  const page = textOf("docs/ir.md");
  const [before = "", rest = ""] = page.split(BEGIN);
  const after = rest.split(END)[1];
  const expected = `${before}${BEGIN}\n\n${reference(allDialects)}\n${END}${after}`;
  if (process.env.NARROW_UPDATE === "1") writeFileSync(join(root, "docs/ir.md"), expected);
  else expect(page).toBe(expected);
});

const programs = pages
  .filter((page) => page !== "README.md")
  .flatMap((page) =>
    fencedBlocks(textOf(page)).flatMap(({ language, text }, i) =>
      language === "mlir" ? [[page, i + 1, text] as const] : [],
    ),
  );

test.each(programs)("the program in %s, block %i, parses, verifies and prints to itself", (page, _, text) => {
  const parsed = parseModule(text, page, registry);
  const problems = parsed.ok ? verify(parsed.value, registry) : parsed.diagnostics;
  expect(renderAll(problems, new Map([[page, text]]))).toBe("");
  expect(parsed.ok && printModule(parsed.value, registry)).toBe(text.replace(/^\/\/.*\n/gm, ""));
});

describe.each(pages)("the links of %s", (page) => {
  const folder = page.startsWith("docs/") ? join(root, "docs") : root;
  const targets = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);

  it("lead somewhere", () => {
    expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
  });
});

/** Files that a walk tells its reader to create. */
const created = /approximate-gelu/;

describe.each(pages)("the paths in %s", (page) => {
  const found = textOf(page).matchAll(/`((?:compiler|dialects|runtime|test|examples|bench)\/[\w./-]*)`/g);
  const paths = [...found].map(([, path]) => path!).filter((path) => !created.test(path));

  it("exist", () => {
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
