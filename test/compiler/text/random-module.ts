import fc from "fast-check";
import {
  aliasFreeTexts,
  attributeAliases,
  entryKey,
  opName,
  texts,
  typeAliases,
  valueHint,
} from "./random-text.ts";

type Entries = readonly (readonly [string, string | undefined])[];

interface RandomOp {
  readonly name: string;
  /** Types of the results; `pack` names them as one `%name:n`. */
  readonly results: readonly { readonly type: string; readonly hint: string }[];
  readonly pack: boolean;
  /** Each picks one of the visible values. */
  readonly operands: readonly number[];
  readonly successors: readonly { readonly block: number; readonly operands: readonly number[] }[];
  readonly properties: Entries;
  readonly attributes: Entries;
  readonly regions: readonly (readonly RandomBlock[])[];
  readonly location: string | undefined;
}
interface RandomBlock {
  readonly label: string;
  readonly arguments: readonly { readonly type: string; readonly hint: string }[];
  readonly ops: readonly RandomOp[];
}
interface Visible {
  readonly name: string;
  readonly type: string;
}

const typed = fc.record({ type: texts.type, hint: valueHint });
const picks = fc.array(fc.nat(), { maxLength: 3 });
const entries: fc.Arbitrary<Entries> = fc.uniqueArray(
  fc.tuple(entryKey, fc.option(texts.attribute, { nil: undefined })),
  { maxLength: 2, selector: ([key]) => key.replaceAll('"', "") },
);

const { op: randomOp } = fc.letrec<{ op: RandomOp; block: RandomBlock }>((tie) => ({
  op: fc.record({
    name: opName,
    results: fc.array(typed, { maxLength: 3 }),
    pack: fc.boolean(),
    operands: picks,
    successors: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.record({ block: fc.nat(), operands: picks }), { maxLength: 2 }) },
    ),
    properties: entries,
    attributes: entries,
    regions: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.constant([]),
      fc.array(fc.array(tie("block"), { maxLength: 3 }), { maxLength: 2 }),
    ),
    location: fc.option(texts.location, { nil: undefined }),
  }),
  block: fc.record({
    label: valueHint,
    arguments: fc.array(typed, { maxLength: 2 }),
    ops: fc.array(tie("op"), { maxLength: 3 }),
  }),
}));

/** Text of a module of unregistered generic ops that is valid whatever was drawn. */
export const randomModule: fc.Arbitrary<string> = fc
  .record({
    ops: fc.array(randomOp, { maxLength: 4 }),
    types: fc.tuple(aliasFreeTexts.type, aliasFreeTexts.type),
    attributes: fc.tuple(aliasFreeTexts.attribute, aliasFreeTexts.attribute),
  })
  .map(({ ops, types, attributes }) => {
    const aliases = [
      ...typeAliases.map((name, i) => `${name} = ${types[i]}\n`),
      ...attributeAliases.map((name, i) => `${name} = ${attributes[i]}\n`),
    ];
    return aliases.join("") + new Writer().block({ label: "", arguments: [], ops }, [], []);
  });

/** Names every value of a region before it writes the ops, so that ops may use what is defined later. */
class Writer {
  #names = 0;

  block(block: RandomBlock, outer: readonly Visible[], labels: readonly string[]): string {
    const named = block.ops.map((op) => this.#nameResults(op));
    return this.#ops(block.ops, named, [...outer, ...named.flatMap(({ values }) => values)], labels);
  }

  #nameResults({ results, pack }: RandomOp) {
    if (!pack || results.length === 0) {
      const values = results.map(({ type, hint }) => ({ name: this.#name(hint), type }));
      return { left: values.map(({ name }) => name).join(", "), values };
    }
    const name = this.#name(results[0]!.hint);
    return {
      left: `${name}:${results.length}`,
      values: results.map(({ type }, i) => ({ name: `${name}#${i}`, type })),
    };
  }

  #name(hint: string): string {
    const number = this.#names++;
    return hint === "" ? `%${number}` : `%${hint}.${number}`;
  }

  #ops(
    ops: readonly RandomOp[],
    named: readonly { readonly left: string }[],
    visible: readonly Visible[],
    labels: readonly string[],
  ): string {
    return ops.map((op, i) => this.#op(op, named[i]!.left, visible, labels)).join("");
  }

  #op(op: RandomOp, left: string, visible: readonly Visible[], labels: readonly string[]): string {
    const chosen = (numbers: readonly number[]) =>
      visible.length === 0 ? [] : numbers.map((number) => visible[number % visible.length]!);
    const operands = chosen(op.operands);
    const successors = labels.length === 0 ? [] : op.successors;
    const targets = successors.map(({ block, operands: numbers }) => {
      const values = chosen(numbers);
      return `${labels[block % labels.length]}${values.length > 0 ? `(${names(values)} : ${types(values)})` : ""}`;
    });
    const regions = op.regions.map((region) => this.#region(region, visible));
    return [
      left === "" ? "" : `${left} = `,
      `"${op.name}"(${names(operands)})`,
      targets.length > 0 ? `[${targets.join(", ")}]` : "",
      op.properties.length > 0 ? ` <{${entriesText(op.properties)}}>` : "",
      regions.length > 0 ? ` (${regions.join(", ")})` : "",
      op.attributes.length > 0 ? ` {${entriesText(op.attributes)}}` : "",
      ` : (${types(operands)}) -> (${op.results.map(({ type }) => type).join(", ")})`,
      op.location === undefined ? "\n" : ` ${op.location}\n`,
    ].join("");
  }

  #region(blocks: readonly RandomBlock[], outer: readonly Visible[]): string {
    const parts = blocks.map((block) => {
      const values = block.arguments.map(({ type, hint }) => ({ name: this.#name(hint), type }));
      const label = `^${block.label}${this.#names++}`;
      return { block, values, label, named: block.ops.map((op) => this.#nameResults(op)) };
    });
    const labels = parts.map(({ label }) => label);
    const visible = parts.flatMap(({ values, named }) => [
      ...values,
      ...named.flatMap((each) => each.values),
    ]);
    const texts = parts.map(({ block, values, label, named }) => {
      const list = values.map(({ name, type }) => `${name}: ${type}`).join(", ");
      const ops = this.#ops(block.ops, named, [...outer, ...visible], labels);
      return `${label}${list === "" ? "" : `(${list})`}:\n${ops}`;
    });
    return `{\n${texts.join("")}}`;
  }
}

const names = (values: readonly Visible[]): string => values.map(({ name }) => name).join(", ");
const types = (values: readonly Visible[]): string => values.map(({ type }) => type).join(", ");
const entriesText = (list: Entries): string =>
  list.map(([key, value]) => (value === undefined ? key : `${key} = ${value}`)).join(", ");
