import { PrettyGrammar } from "./pretty-grammar.ts";
import { unquote } from "./quote.ts";
import type {
  AliasSyntax,
  BlockSyntax,
  EntrySyntax,
  FileSyntax,
  MetadataSyntax,
  Name,
  OpBody,
  OpSyntax,
  PassSyntax,
  RegionSyntax,
  ResultSyntax,
  TypeSyntax,
} from "./syntax.ts";
import { T } from "./tokens.ts";

/** One grammar for files, attribute lists, dialect bodies and pass pipelines. It builds syntax and decides nothing. */
export class Grammar extends PrettyGrammar {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  readonly fileRule = this.RULE("fileRule", (): FileSyntax => {
    const aliases: AliasSyntax[] = [];
    const ops: OpSyntax[] = [];
    const metadata: MetadataSyntax[] = [];
    this.MANY(() =>
      this.OR([
        { ALT: () => aliases.push(this.SUBRULE(this.alias)) },
        { ALT: () => ops.push(this.SUBRULE(this.op)) },
        {
          ALT: () => {
            this.CONSUME(T.MetadataOpen);
            this.MANY_SEP({ SEP: T.Comma, DEF: () => metadata.push(this.SUBRULE(this.metadataEntry)) });
            this.CONSUME(T.MetadataClose);
          },
        },
      ]),
    );
    return { aliases, ops, metadata };
  });

  private alias = this.RULE(
    "alias",
    (): AliasSyntax =>
      this.OR<AliasSyntax>([
        {
          ALT: () => {
            const name = this.CONSUME(T.Type);
            this.CONSUME(T.Equals);
            return { name: this.nameOf(name), target: { type: this.SUBRULE(this.typeRule) } };
          },
        },
        {
          ALT: () => {
            const name = this.CONSUME(T.Attribute);
            this.CONSUME2(T.Equals);
            return { name: this.nameOf(name), target: { attribute: this.SUBRULE(this.attribute) } };
          },
        },
      ]),
  );

  private metadataEntry = this.RULE("metadataEntry", (): MetadataSyntax => {
    const key = this.SUBRULE(this.key);
    this.CONSUME(T.Colon);
    const value = this.OR<MetadataSyntax["value"]>([
      { ALT: () => unquote(this.CONSUME(T.String).image) },
      { ALT: () => this.CONSUME(T.Word).image === "true" },
      {
        ALT: () => {
          const entries: MetadataSyntax[] = [];
          this.CONSUME(T.OpenBrace);
          this.MANY_SEP({ SEP: T.Comma, DEF: () => entries.push(this.SUBRULE(this.metadataEntry)) });
          this.CONSUME(T.CloseBrace);
          return entries;
        },
      },
    ]);
    return { key, value };
  });

  readonly #opNames = [{ ALT: () => this.CONSUME(T.String) }, { ALT: () => this.CONSUME(T.Word) }];
  readonly #opBodies = [
    { GATE: () => this.LA(0).tokenType === T.String, ALT: () => this.SUBRULE(this.genericBody) },
    { ALT: () => this.SUBRULE(this.prettyBody) },
  ];

  private op = this.RULE("op", (): OpSyntax => {
    const first = this.LA(1);
    const results: ResultSyntax[] = [];
    this.OPTION(() => {
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => results.push(this.SUBRULE(this.result)) });
      this.CONSUME(T.Equals);
    });
    const token = this.OR(this.#opNames);
    const body = this.OR2<OpBody>(this.#opBodies);
    const location = this.OPTION2({
      GATE: () => this.LA(1).image === "loc",
      DEF: () => this.SUBRULE(this.location),
    });
    return this.ACTION(() => {
      const text = token.tokenType === T.String ? unquote(token.image) : token.image;
      const name = { text, span: this.spanOf(token) };
      return { results, name, body, location, span: this.spanOf(first, this.previous()) };
    });
  });

  private result = this.RULE("result", (): ResultSyntax => {
    const name = this.CONSUME(T.Value);
    const count = this.OPTION(() => {
      this.CONSUME(T.Colon);
      return Number(this.CONSUME(T.Integer).image);
    });
    return { name: this.nameOf(name), count };
  });

  /** What follows the quoted name of a generic op. */
  private genericBody = this.RULE("genericBody", (): OpBody => {
    const operands: Name[] = [];
    this.CONSUME(T.Open);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => operands.push(this.nameOf(this.CONSUME(T.Value))) });
    this.CONSUME(T.Close);
    const successors = this.OPTION(() => this.SUBRULE(this.successors)) ?? [];
    const properties =
      this.OPTION2(() => {
        this.CONSUME(T.PropertiesOpen);
        const entries = this.SUBRULE(this.entries);
        this.CONSUME(T.PropertiesClose);
        return entries;
      }) ?? [];
    const regions = this.OPTION3(() => this.SUBRULE(this.regions)) ?? [];
    const attributes = this.OPTION4(() => this.SUBRULE(this.dictionary)) ?? [];
    this.CONSUME(T.Colon);
    const type = this.SUBRULE(this.functionType);
    const { inputs, results: outputs } = type as TypeSyntax & { kind: "function" };
    return { form: "generic", operands, successors, properties, attributes, regions, inputs, outputs };
  });

  protected region = this.RULE("region", (): RegionSyntax => {
    const blocks: BlockSyntax[] = [];
    const entry: OpSyntax[] = [];
    this.CONSUME(T.OpenBrace);
    this.MANY(() => entry.push(this.SUBRULE(this.op)));
    this.MANY2(() => blocks.push(this.SUBRULE(this.block)));
    this.CONSUME(T.CloseBrace);
    return entry.length > 0 || blocks.length === 0
      ? [{ label: undefined, arguments: [], ops: entry }, ...blocks]
      : blocks;
  });

  private block = this.RULE("block", (): BlockSyntax => {
    const ops: OpSyntax[] = [];
    const label = this.nameOf(this.CONSUME(T.Label));
    const list = this.OPTION(() => this.SUBRULE(this.argumentList)) ?? [];
    this.CONSUME(T.Colon);
    this.MANY(() => ops.push(this.SUBRULE(this.op)));
    return { label, arguments: list, ops };
  });

  readonly pipeline = this.RULE("pipeline", (): readonly PassSyntax[] => {
    const passes: PassSyntax[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const first = this.CONSUME(T.Word);
        let last = first;
        this.MANY(() => {
          this.CONSUME(T.Minus);
          last = this.CONSUME2(T.Word);
        });
        const span = this.ACTION(() => this.spanOf(first, last));
        const options = this.OPTION(() => this.SUBRULE(this.pipelineOptions)) ?? [];
        passes.push({ name: { text: "", span }, options });
      },
    });
    return passes;
  });

  /** Options are separated by spaces or commas. */
  private pipelineOptions = this.RULE("pipelineOptions", (): readonly EntrySyntax[] => {
    const list: EntrySyntax[] = [];
    this.CONSUME(T.OpenBrace);
    this.MANY(() => {
      const key = this.CONSUME(T.Word);
      const value = this.OPTION(() => {
        this.CONSUME(T.Equals);
        return this.SUBRULE(this.bodyChain);
      });
      this.OPTION2(() => this.CONSUME(T.Comma));
      list.push({ key: this.nameOf(key), value });
    });
    this.CONSUME(T.CloseBrace);
    return list;
  });
}
