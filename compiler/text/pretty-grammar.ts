import type { ParserMethod } from "chevrotain";
import { BodyGrammar } from "./body-grammar.ts";
import type {
  ArgumentSyntax,
  EntrySyntax,
  Name,
  OpBody,
  OperandSyntax,
  RegionSyntax,
  SuccessorSyntax,
  TypeSyntax,
} from "./syntax.ts";
import { T } from "./tokens.ts";

/** The grammar of pretty ops: the uniform form and the few customary shapes. */
export abstract class PrettyGrammar extends BodyGrammar {
  protected abstract readonly region: ParserMethod<[], RegionSyntax>;

  readonly #bodies = [
    {
      GATE: () => this.LA(1).tokenType === T.Open,
      ALT: () => this.SUBRULE(this.uniformTail),
    },
    {
      GATE: () => {
        const next = this.LA(1).tokenType === T.Word ? 2 : 1;
        return this.LA(next).tokenType === T.Symbol && this.LA(next + 1).tokenType === T.Open;
      },
      ALT: () => this.SUBRULE(this.functionTail),
    },
    {
      GATE: () => this.LA(1).tokenType === T.Symbol && this.LA(2).tokenType === T.Colon,
      ALT: () => this.SUBRULE(this.definitionTail),
    },
    {
      GATE: () => this.LA(1).tokenType !== T.Open && this.LA(1).tokenType !== T.Value && this.isContainer(),
      ALT: () => this.SUBRULE(this.containerTail),
    },
    { ALT: () => this.SUBRULE(this.terminatorTail) },
  ];

  /** What follows the name of a pretty op. */
  protected prettyBody = this.RULE("prettyBody", (): OpBody => this.OR<OpBody>(this.#bodies));

  protected isContainer(): boolean {
    const next = this.LA(1).tokenType === T.Symbol ? 2 : 1;
    const { tokenType, image } = this.LA(next);
    return next === 2 || tokenType === T.OpenBrace || image === "attributes";
  }

  protected uniformTail = this.RULE("uniformTail", (): OpBody => {
    const operands: OperandSyntax[] = [];
    const types: TypeSyntax[] = [];
    this.CONSUME(T.Open);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => operands.push(this.SUBRULE(this.operand)) });
    this.CONSUME(T.Close);
    const successors = this.OPTION(() => this.SUBRULE(this.successors)) ?? [];
    const attributes = this.OPTION2(() => this.SUBRULE(this.dictionary)) ?? [];
    const regions = this.OPTION3(() => this.SUBRULE(this.regions)) ?? [];
    this.OPTION4(() => {
      this.CONSUME(T.Colon);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => types.push(this.SUBRULE(this.typeRule)) });
    });
    return { form: "uniform", operands, successors, attributes, regions, types };
  });

  readonly #operands: { readonly GATE?: () => boolean; readonly ALT: () => OperandSyntax }[] = [
    { ALT: () => ({ kind: "value", name: this.nameOf(this.CONSUME(T.Value)) }) },
    { ALT: () => ({ kind: "symbol", attribute: this.SUBRULE(this.symbol) }) },
    { ALT: () => ({ kind: "group", names: this.SUBRULE(this.group) }) },
    {
      GATE: () => this.LA(1).image === "none",
      ALT: () => {
        this.CONSUME(T.Word);
        return { kind: "none" };
      },
    },
  ];

  protected operand = this.RULE("operand", (): OperandSyntax => this.OR<OperandSyntax>(this.#operands));

  /** `[%a, %b]` */
  protected group = this.RULE("group", (): readonly Name[] => {
    const names: Name[] = [];
    this.CONSUME(T.OpenList);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => names.push(this.nameOf(this.CONSUME(T.Value))) });
    this.CONSUME(T.CloseList);
    return names;
  });

  protected containerTail = this.RULE("containerTail", (): OpBody => {
    const symbol = this.OPTION(() => this.SUBRULE(this.symbol));
    const attributes = this.OPTION2(() => this.SUBRULE(this.attributesClause)) ?? [];
    return { form: "container", symbol, attributes, region: this.SUBRULE(this.region) };
  });

  protected functionTail = this.RULE("functionTail", (): OpBody => {
    const visibility = this.OPTION(() => this.CONSUME(T.Word).image);
    const symbol = this.SUBRULE(this.symbol);
    const parameters = this.SUBRULE(this.argumentList);
    const outputs =
      this.OPTION2(() => {
        this.CONSUME(T.Arrow);
        return this.OR<readonly ArgumentSyntax[]>([
          { ALT: () => this.SUBRULE2(this.argumentList) },
          { ALT: () => [{ name: undefined, type: this.SUBRULE(this.plainType), attributes: [] }] },
        ]);
      }) ?? [];
    const attributes = this.OPTION3(this.attributesClauseIfAny()) ?? [];
    const region = this.OPTION4(() => this.SUBRULE(this.region));
    return {
      form: "function",
      visibility,
      symbol,
      arguments: parameters,
      outputs,
      attributes,
      region,
    };
  });

  /** A declaration may be followed by the next op, which starts with a word too. */
  private attributesClauseIfAny() {
    return {
      GATE: () => this.LA(1).image === "attributes",
      DEF: () => this.SUBRULE(this.attributesClause),
    };
  }

  protected attributesClause = this.RULE("attributesClause", (): readonly EntrySyntax[] => {
    this.CONSUME(T.Word);
    return this.SUBRULE(this.dictionary);
  });

  protected terminatorTail = this.RULE("terminatorTail", (): OpBody => {
    const operands: Name[] = [];
    const types: TypeSyntax[] = [];
    this.OPTION(() => {
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => operands.push(this.nameOf(this.CONSUME(T.Value))),
      });
      this.OPTION2(() => {
        this.CONSUME(T.Colon);
        this.AT_LEAST_ONE_SEP2({ SEP: T.Comma, DEF: () => types.push(this.SUBRULE(this.typeRule)) });
      });
    });
    return { form: "terminator", operands, types };
  });

  protected definitionTail = this.RULE("definitionTail", (): OpBody => {
    const symbol = this.SUBRULE(this.symbol);
    this.CONSUME(T.Colon);
    const type = this.SUBRULE(this.typeRule);
    const value = this.OPTION(() => {
      this.CONSUME(T.Equals);
      return this.SUBRULE(this.attribute);
    });
    const attributes = this.OPTION2(this.attributesClauseIfAny()) ?? [];
    return { form: "definition", symbol, type, value, attributes };
  });

  protected argumentList = this.RULE("argumentList", (): readonly ArgumentSyntax[] => {
    const list: ArgumentSyntax[] = [];
    this.CONSUME(T.Open);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.argument)) });
    this.CONSUME(T.Close);
    return list;
  });

  protected argument = this.RULE("argument", (): ArgumentSyntax => {
    const name = this.OPTION(() => {
      const value = this.CONSUME(T.Value);
      this.CONSUME(T.Colon);
      return this.nameOf(value);
    });
    const type = this.SUBRULE(this.typeRule);
    const attributes = this.OPTION2(() => this.SUBRULE(this.dictionary)) ?? [];
    this.OPTION3({ GATE: () => this.LA(1).image === "loc", DEF: () => this.SUBRULE(this.location) });
    return { name, type, attributes };
  });

  protected successors = this.RULE("successors", (): readonly SuccessorSyntax[] => {
    const list: SuccessorSyntax[] = [];
    this.CONSUME(T.OpenList);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.successor)) });
    this.CONSUME(T.CloseList);
    return list;
  });

  protected successor = this.RULE("successor", (): SuccessorSyntax => {
    const values: Name[] = [];
    const label = this.CONSUME(T.Label);
    this.OPTION(() => {
      this.CONSUME(T.Open);
      this.MANY_SEP({ SEP: T.Comma, DEF: () => values.push(this.nameOf(this.CONSUME(T.Value))) });
      this.OPTION2(() => {
        this.CONSUME(T.Colon);
        this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.typeRule) });
      });
      this.CONSUME(T.Close);
    });
    return { label: this.nameOf(label), arguments: values };
  });

  protected regions = this.RULE("regions", (): readonly RegionSyntax[] => {
    const list: RegionSyntax[] = [];
    this.CONSUME(T.Open);
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.region)) });
    this.CONSUME(T.Close);
    return list;
  });
}
