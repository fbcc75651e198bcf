import {
  defaultParserErrorProvider,
  EmbeddedActionsParser,
  type IParserErrorMessageProvider,
  type IToken,
} from "chevrotain";
import type { Span } from "../diagnostics/diagnostic.ts";
import { unquote } from "./quote.ts";
import type { AttributeSyntax, EntrySyntax, LocationSyntax, Name, TypeSyntax } from "./syntax.ts";
import { T, tokens } from "./tokens.ts";

const found = (token: IToken | undefined): string =>
  !token?.image
    ? "the end of the text"
    : token.image.length > 40
      ? `${token.image.slice(0, 40)}…`
      : token.image;

const messages: IParserErrorMessageProvider = {
  ...defaultParserErrorProvider,
  buildMismatchTokenMessage: ({ expected, actual }) => `expected ${expected.name}, found ${found(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) => `unexpected ${found(firstRedundant)}`,
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    expectation(expectedPathsPerAlt.flat(), actual[0]),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    expectation(expectedIterationPaths, actual[0]),
};

function expectation(
  paths: readonly (readonly { readonly name: string }[])[],
  actual: IToken | undefined,
): string {
  const names = [...new Set(paths.map((path) => path[0]?.name ?? ""))].filter((name) => name !== "");
  return names.length > 6
    ? `unexpected ${found(actual)}`
    : `expected ${names.join(" or ")}, found ${found(actual)}`;
}

/** A name whose span is made when asked for: most names are looked up and never complained about. */
class SpelledName implements Name {
  readonly text: string;
  readonly #file: string;
  readonly #start: number;

  constructor(text: string, file: string, start: number) {
    this.text = text;
    this.#file = file;
    this.#start = start;
  }

  get span(): Span {
    return { file: this.#file, start: this.#start, end: this.#start + this.text.length };
  }
}

/** The grammar of types, attributes, locations and dialect bodies. It builds syntax and decides nothing. */
export class AttributeGrammar extends EmbeddedActionsParser {
  file = "";
  /** Added to every offset, when the text parsed is a piece of a larger one. */
  base = 0;

  constructor() {
    super(tokens, { errorMessageProvider: messages, maxLookahead: 2 });
  }

  protected spanOf(from: IToken, to: IToken = from): Span {
    const { file, base } = this;
    return { file, start: base + from.startOffset, end: base + to.startOffset + to.image.length };
  }
  protected nameOf(token: IToken): Name {
    return new SpelledName(token.image, this.file, this.base + token.startOffset);
  }
  /** The last token consumed, where a construct ends. */
  protected previous(): IToken {
    return this.LA(0);
  }

  protected dictionary = this.RULE("dictionary", (): readonly EntrySyntax[] => {
    this.CONSUME(T.OpenBrace);
    const entries = this.SUBRULE(this.entries);
    this.CONSUME(T.CloseBrace);
    return entries;
  });

  /** A word, or a string where the name is no word. */
  protected key = this.RULE("key", (): Name => {
    const token = this.OR([{ ALT: () => this.CONSUME(T.Word) }, { ALT: () => this.CONSUME(T.String) }]);
    return this.ACTION(() => ({
      text: token.image.startsWith('"') ? unquote(token.image) : token.image,
      span: this.spanOf(token),
    }));
  });

  protected entries = this.RULE("entries", (): readonly EntrySyntax[] => {
    const list: EntrySyntax[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const key = this.SUBRULE(this.key);
        const value = this.OPTION(() => {
          this.CONSUME(T.Equals);
          return this.SUBRULE(this.attribute);
        });
        list.push({ key, value });
      },
    });
    return list;
  });

  readonly attribute = this.RULE("attribute", (): AttributeSyntax => {
    const value = this.SUBRULE(this.primary);
    const typed = this.OPTION(() => {
      this.CONSUME(T.Colon);
      return this.SUBRULE(this.typeRule);
    });
    return typed === undefined ? value : { ...value, typed };
  });

  /** An attribute without its type, or the leaf of a dialect body. */
  protected primary = this.RULE("primary", (): AttributeSyntax => {
    const first = this.LA(1);
    const span = this.spanOf(first);
    return this.OR<AttributeSyntax>([
      { ALT: () => ({ kind: "number", text: this.CONSUME(T.Integer).image, span }) },
      { ALT: () => ({ kind: "number", text: this.CONSUME(T.Float).image, span }) },
      { ALT: () => ({ kind: "number", text: this.CONSUME(T.Hex).image, span }) },
      { ALT: () => ({ kind: "string", value: unquote(this.CONSUME(T.String).image), span }) },
      { ALT: () => this.SUBRULE(this.symbol) },
      { ALT: () => ({ kind: "angle", image: this.CONSUME(T.AngleForm).image, span }) },
      { ALT: () => ({ kind: "hash", image: this.CONSUME(T.Attribute).image, span }) },
      { ALT: () => ({ kind: "type", type: this.spelled(this.CONSUME(T.Type)), span }) },
      {
        GATE: () => first.image === "loc",
        ALT: () => ({ kind: "location", location: this.SUBRULE(this.location), span }),
      },
      { ALT: () => ({ kind: "word", text: this.CONSUME(T.Word).image, span }) },
      {
        ALT: () => {
          const items: AttributeSyntax[] = [];
          this.CONSUME(T.OpenList);
          this.MANY_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.attribute)) });
          this.CONSUME(T.CloseList);
          return { kind: "array", items, span };
        },
      },
      { ALT: () => ({ kind: "dictionary", entries: this.SUBRULE(this.dictionary), span }) },
      { ALT: () => ({ kind: "type", type: this.SUBRULE(this.functionType), span }) },
    ]);
  });

  protected symbol = this.RULE("symbol", (): AttributeSyntax => {
    const first = this.LA(1);
    const path: string[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Path,
      DEF: () => {
        const { image } = this.CONSUME(T.Symbol);
        path.push(image[1] === '"' ? unquote(image.slice(1)) : image.slice(1));
      },
    });
    return { kind: "symbol", path, span: this.spanOf(first, this.previous()) };
  });

  protected spelled(token: IToken): TypeSyntax {
    return { kind: "spelled", image: token.image, start: this.base + token.startOffset };
  }

  // Alternatives of the hottest rules are made once, as each array costs an object and a closure per entry.
  readonly #plainTypes = [
    { ALT: () => this.spelled(this.CONSUME(T.Type)) },
    { ALT: () => this.spelled(this.CONSUME(T.AngleForm)) },
    { ALT: () => this.spelled(this.CONSUME(T.Word)) },
  ];

  /** A type that is not a function type. */
  protected plainType = this.RULE("plainType", (): TypeSyntax => this.OR<TypeSyntax>(this.#plainTypes));

  readonly #types = [
    { ALT: () => this.SUBRULE(this.plainType) },
    { ALT: () => this.SUBRULE(this.functionType) },
  ];

  readonly typeRule = this.RULE("typeRule", (): TypeSyntax => this.OR<TypeSyntax>(this.#types));

  protected functionType = this.RULE("functionType", (): TypeSyntax => {
    const { startOffset } = this.LA(1);
    const inputs = this.SUBRULE(this.typeList);
    this.CONSUME(T.Arrow);
    const results = this.OR<readonly TypeSyntax[]>([
      { ALT: () => this.SUBRULE2(this.typeList) },
      { ALT: () => [this.SUBRULE(this.plainType)] },
    ]);
    return { kind: "function", inputs, results, start: this.base + startOffset };
  });

  protected typeList = this.RULE("typeList", (): readonly TypeSyntax[] => {
    const list: TypeSyntax[] = [];
    this.CONSUME(T.Open);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.typeRule)) });
    this.CONSUME(T.Close);
    return list;
  });

  protected location = this.RULE("location", (): LocationSyntax => {
    this.CONSUME(T.Word);
    this.CONSUME(T.Open);
    const location = this.SUBRULE(this.locationBody);
    this.CONSUME(T.Close);
    return location;
  });

  protected locationBody = this.RULE(
    "locationBody",
    (): LocationSyntax =>
      this.OR<LocationSyntax>([
        { ALT: () => this.SUBRULE(this.namedLocation) },
        { ALT: () => ({ kind: "alias", name: this.nameOf(this.CONSUME(T.Attribute)) }) },
        {
          GATE: () => this.LA(1).image === "callsite",
          ALT: () => {
            this.CONSUME(T.Word);
            this.CONSUME(T.Open);
            const callee = this.SUBRULE(this.locationBody);
            this.CONSUME2(T.Word);
            const caller = this.SUBRULE2(this.locationBody);
            this.CONSUME(T.Close);
            return { kind: "callsite", callee, caller };
          },
        },
        {
          GATE: () => this.LA(1).image === "unknown",
          ALT: () => {
            this.CONSUME3(T.Word);
            return { kind: "unknown" };
          },
        },
        {
          GATE: () => /^fused(?:<|$)/.test(this.LA(1).image),
          ALT: () => this.SUBRULE(this.fusedLocation),
        },
      ]),
  );

  protected fusedLocation = this.RULE("fusedLocation", (): LocationSyntax => {
    const items: LocationSyntax[] = [];
    const head = this.OR([{ ALT: () => this.CONSUME(T.AngleForm) }, { ALT: () => this.CONSUME(T.Word) }]);
    this.CONSUME(T.OpenList);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.locationBody)) });
    this.CONSUME(T.CloseList);
    return { kind: "fused", head: this.ACTION(() => this.nameOf(head)), items };
  });

  protected namedLocation = this.RULE("namedLocation", (): LocationSyntax => {
    const name = unquote(this.CONSUME(T.String).image);
    return (
      this.OPTION(() =>
        this.OR<LocationSyntax>([
          {
            ALT: () => {
              this.CONSUME(T.Colon);
              const line = Number(this.CONSUME(T.Integer).image);
              this.CONSUME2(T.Colon);
              return { kind: "file", file: name, line, column: Number(this.CONSUME2(T.Integer).image) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(T.Open);
              const child = this.SUBRULE(this.locationBody);
              this.CONSUME(T.Close);
              return { kind: "name", name, child };
            },
          },
        ]),
      ) ?? { kind: "name", name }
    );
  });

  /** What follows the extents of a tensor type: element type and encoding. */
  readonly tensorTail = this.RULE("tensorTail", () => {
    const element = this.SUBRULE(this.typeRule);
    const encoding = this.OPTION(() => {
      this.CONSUME(T.Comma);
      return this.SUBRULE(this.attribute);
    });
    return { element, encoding };
  });

  readonly typesRule = this.RULE("typesRule", (): readonly TypeSyntax[] => {
    const list: TypeSyntax[] = [];
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.typeRule)) });
    return list;
  });
}
