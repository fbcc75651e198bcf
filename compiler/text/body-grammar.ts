import { AttributeGrammar } from "./attribute-grammar.ts";
import { unquote } from "./quote.ts";
import type { AttributeSyntax } from "./syntax.ts";
import { T } from "./tokens.ts";

/** The grammar of what stands between the angle brackets of dialect types and attributes. */
export class BodyGrammar extends AttributeGrammar {
  /** What stands between the angle brackets of a dialect's type or attribute. */
  readonly body = this.RULE("body", (): readonly AttributeSyntax[] => {
    const items: AttributeSyntax[] = [];
    this.MANY_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.bodyItem)) });
    return items;
  });

  protected bodyItem = this.RULE("bodyItem", (): AttributeSyntax => {
    const first = this.LA(1);
    const key = this.OPTION({
      GATE: () => this.LA(2).tokenType === T.Equals,
      DEF: () => {
        const { image } = this.CONSUME(T.Word);
        this.CONSUME(T.Equals);
        return image;
      },
    });
    const value = this.SUBRULE(this.bodySequence);
    return key === undefined
      ? value
      : { kind: "entry", key, value, span: this.spanOf(first, this.previous()) };
  });

  protected bodySequence = this.RULE("bodySequence", (): AttributeSyntax => {
    const first = this.LA(1);
    const items: AttributeSyntax[] = [];
    this.AT_LEAST_ONE(() => items.push(this.SUBRULE(this.bodyChain)));
    return items.length === 1
      ? items[0]!
      : { kind: "sequence", items, span: this.spanOf(first, this.previous()) };
  });

  protected bodyChain = this.RULE("bodyChain", (): AttributeSyntax => {
    const first = this.LA(1);
    const items: AttributeSyntax[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Colon, DEF: () => items.push(this.SUBRULE(this.bodyPrimary)) });
    return items.length === 1
      ? items[0]!
      : { kind: "chain", items, span: this.spanOf(first, this.previous()) };
  });

  /** `mse-clip`, `mse-clip<a = 1>`: names of passes, patterns and solvers hold hyphens. */
  protected kebabWord = this.RULE("kebabWord", (): AttributeSyntax => {
    const first = this.CONSUME(T.Word);
    let image = first.image;
    this.MANY(() => {
      this.CONSUME(T.Minus);
      const part = this.OR([{ ALT: () => this.CONSUME2(T.Word) }, { ALT: () => this.CONSUME(T.AngleForm) }]);
      this.ACTION(() => {
        image += `-${part.image}`;
      });
    });
    const span = this.spanOf(first, this.previous());
    return image.includes("<") ? { kind: "angle", image, span } : { kind: "word", text: image, span };
  });

  protected bodyPrimary = this.RULE("bodyPrimary", (): AttributeSyntax => {
    const first = this.LA(1);
    const span = this.spanOf(first);
    const items: AttributeSyntax[] = [];
    return this.OR<AttributeSyntax>([
      { ALT: () => ({ kind: "number", text: this.CONSUME(T.Integer).image, span }) },
      { ALT: () => ({ kind: "number", text: this.CONSUME(T.Float).image, span }) },
      { ALT: () => ({ kind: "number", text: this.CONSUME(T.Hex).image, span }) },
      { ALT: () => ({ kind: "string", value: unquote(this.CONSUME(T.String).image), span }) },
      { ALT: () => this.SUBRULE(this.symbol) },
      { ALT: () => ({ kind: "angle", image: this.CONSUME(T.AngleForm).image, span }) },
      { ALT: () => ({ kind: "hash", image: this.CONSUME(T.Attribute).image, span }) },
      { ALT: () => ({ kind: "type", type: this.spelled(this.CONSUME(T.Type)), span }) },
      { ALT: () => this.SUBRULE(this.kebabWord) },
      {
        ALT: () => {
          this.OR2([{ ALT: () => this.CONSUME(T.Star) }, { ALT: () => this.CONSUME(T.Question) }]);
          return { kind: "any", span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.OpenList);
          this.MANY_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.bodyItem)) });
          this.CONSUME(T.CloseList);
          return { kind: "group", open: "[", items, span: this.spanOf(first, this.previous()) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.OpenBrace);
          this.MANY_SEP2({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE2(this.bodyItem)) });
          this.CONSUME(T.CloseBrace);
          return { kind: "group", open: "{", items, span: this.spanOf(first, this.previous()) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Open);
          this.MANY_SEP3({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE3(this.bodyItem)) });
          this.CONSUME(T.Close);
          return { kind: "group", open: "(", items, span: this.spanOf(first, this.previous()) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.OpenAngle);
          this.MANY_SEP4({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE4(this.bodyItem)) });
          this.CONSUME(T.CloseAngle);
          return { kind: "group", open: "<", items, span: this.spanOf(first, this.previous()) };
        },
      },
    ]);
  });
}
