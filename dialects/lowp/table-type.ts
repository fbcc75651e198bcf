import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { defineType } from "../../compiler/define/type.ts";
import { floatAttribute, type Literal, typeAttribute, word } from "../../compiler/ir/attributes.ts";
import { type FloatType, floatBits } from "../../compiler/ir/types.ts";
import { int, oneOf, type Schema, withDefault } from "../../compiler/schema/schema.ts";
import { MAX_ELEMENT_BITS } from "./element-types.ts";

const ruleNames = ["nf", "bitmod", "olive", "log_sqrt2"] as const;

/** Where the rows of a table come from. */
export type TableSource =
  /** A rule that the type alone fixes. (F9, F10, F12, A9) */
  | { readonly kind: (typeof ruleNames)[number] }
  /** sign(q) · (|q| / Q)^(1 / exponent) for integers q of at most Q = 2^(bits − 1) − 1. (F11) */
  | { readonly kind: "power"; readonly exponent: number }
  /** The component `table` of the value, in this type. */
  | { readonly kind: "data"; readonly type: FloatType };

/** Largest exponent of a power grid, and one over the least. */
const MAX_POWER = 10;

const tableSource: Schema<TableSource> = {
  describe: `nf | power<a> | bitmod | olive | log_sqrt2 | f16 | bf16 | f32 | f64`,
  decode(literal) {
    if (literal.kind === "apply") return decodePower(literal.head, literal.items);
    if (literal.kind === "type")
      return literal.type.kind === "float" && floatBits[literal.type.name] >= 16
        ? { kind: "data", type: literal.type }
        : undefined;
    const kind = literal.kind === "word" ? ruleNames.find((name) => name === literal.text) : undefined;
    return kind && { kind };
  },
  encode(source) {
    if (source.kind === "data") return typeAttribute(source.type);
    if (source.kind !== "power") return word(source.kind);
    return { kind: "apply", head: word("power"), items: [floatAttribute(source.exponent)] };
  },
};

function decodePower(head: Literal, [only, ...more]: readonly Literal[]): TableSource | undefined {
  if (head.kind !== "word" || head.text !== "power" || more.length > 0) return undefined;
  if (only?.kind !== "float" && only?.kind !== "integer") return undefined;
  return { kind: "power", exponent: Number(only.value) };
}

/**
 * `!lowp.table<bits, dim, values>`: code c stands for row c of a table f64[2^bits, dim], that is for `dim`
 * neighbouring elements of the last axis. `values` is a rule, or a float type: then the rows are data of the value,
 * its component `table` [1 or rows, 2^bits, dim], one table for the tensor or, with `per = row`, for each row of a
 * matrix. A table of the rule bitmod has four variants, and the value a component `selector`, one ui2 per block.
 */
export const table = defineType("lowp.table", {
  summary: "An element whose values are the rows of a table: made by a rule, or stored with the codes.",
  parameters: {
    bits: int({ min: 1, max: MAX_ELEMENT_BITS }),
    dim: int({ min: 1 }),
    values: tableSource,
    per: withDefault(oneOf("tensor", "row"), "tensor"),
  },
  positional: ["bits", "dim", "values"],
  verify: (parameters) => tableParameterProblems(parameters),
});

/** What `!lowp.table<…>` says. */
export interface TableParameters {
  readonly bits: number;
  /** Elements per code. */
  readonly dim: number;
  readonly values: TableSource;
  /** Who shares a table that is data. */
  readonly per: "tensor" | "row";
}

/** Least and most bits, and elements per code, of the rules. */
const rules: Readonly<Record<Exclude<TableSource["kind"], "data">, readonly [number, number, number]>> = {
  nf: [2, 8, 1],
  power: [2, 8, 1],
  bitmod: [3, 4, 1],
  olive: [8, 8, 2],
  log_sqrt2: [1, 8, 1],
};

function tableParameterProblems({ bits, dim, values, per }: TableParameters): readonly Mismatch[] {
  if (values.kind === "data") return [];
  const [least, most, elements] = rules[values.kind];
  const problems: Mismatch[] = [];
  if (bits < least || bits > most)
    problems.push(
      mismatch(
        "table-bits",
        `a table of ${values.kind} has ${bits} bits, expected ${least === most ? least : `${least} to ${most}`}`,
      ),
    );
  if (dim !== elements)
    problems.push(
      mismatch("table-dim", `a table of ${values.kind} has ${dim} elements per code, expected ${elements}`),
    );
  if (per === "row")
    problems.push(
      mismatch("table-per", `per = row needs a table that is data, found ${values.kind}`, {
        hint: "leave per out: every row has the table of the type",
      }),
    );
  if (values.kind === "power" && !(values.exponent >= 1 / MAX_POWER && values.exponent <= MAX_POWER))
    problems.push(
      mismatch(
        "table-power",
        `the exponent of a power grid is ${values.exponent}, expected one between ${1 / MAX_POWER} and ${MAX_POWER}`,
      ),
    );
  return problems;
}
