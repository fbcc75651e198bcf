import type { Span } from "../diagnostics/diagnostic.ts";

/** A spelled name and where it stands. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A type as spelled; what the spelling means is decided when the aliases are known. */
export type TypeSyntax =
  | { readonly kind: "spelled"; readonly image: string; readonly start: number }
  | {
      readonly kind: "function";
      readonly inputs: readonly TypeSyntax[];
      readonly results: readonly TypeSyntax[];
      readonly start: number;
    };

export type LocationSyntax =
  | { readonly kind: "unknown" }
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: "name"; readonly name: string; readonly child?: LocationSyntax }
  | { readonly kind: "callsite"; readonly callee: LocationSyntax; readonly caller: LocationSyntax }
  /** The head is `fused` or `fused<metadata>`. */
  | { readonly kind: "fused"; readonly head: Name; readonly items: readonly LocationSyntax[] }
  | { readonly kind: "alias"; readonly name: Name };

/** An attribute, or a literal of a dialect body, as spelled. `type` is what followed its colon. */
export type AttributeSyntax = (
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "symbol"; readonly path: readonly string[] }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "angle"; readonly image: string } // word<…>
  | { readonly kind: "type"; readonly type: TypeSyntax }
  | { readonly kind: "hash"; readonly image: string } // #alias or #dialect.name<…>
  | { readonly kind: "array"; readonly items: readonly AttributeSyntax[] }
  | { readonly kind: "dictionary"; readonly entries: readonly EntrySyntax[] }
  | { readonly kind: "location"; readonly location: LocationSyntax }
  // The following stand only inside angle brackets.
  | { readonly kind: "any" }
  | { readonly kind: "chain"; readonly items: readonly AttributeSyntax[] }
  | { readonly kind: "sequence"; readonly items: readonly AttributeSyntax[] }
  | {
      readonly kind: "group";
      readonly open: "(" | "[" | "{" | "<";
      readonly items: readonly AttributeSyntax[];
    }
  | { readonly kind: "entry"; readonly key: string; readonly value: AttributeSyntax }
) & { readonly span: Span; readonly typed?: TypeSyntax };

/** `key = value`, or `key` alone for a unit attribute. */
export interface EntrySyntax {
  readonly key: Name;
  readonly value: AttributeSyntax | undefined;
}

/** `%a` or `%a:2`. */
export interface ResultSyntax {
  readonly name: Name;
  readonly count: number | undefined;
}

/** One item between the parentheses of a uniform pretty op. */
export type OperandSyntax =
  | { readonly kind: "value"; readonly name: Name }
  | { readonly kind: "group"; readonly names: readonly Name[] }
  | { readonly kind: "none" }
  | { readonly kind: "symbol"; readonly attribute: AttributeSyntax };

export interface ArgumentSyntax {
  /** undefined in a declaration without body. */
  readonly name: Name | undefined;
  readonly type: TypeSyntax;
  readonly attributes: readonly EntrySyntax[];
}

export interface BlockSyntax {
  readonly label: Name | undefined;
  readonly arguments: readonly ArgumentSyntax[];
  readonly ops: readonly OpSyntax[];
}
export type RegionSyntax = readonly BlockSyntax[];

export interface SuccessorSyntax {
  readonly label: Name;
  readonly arguments: readonly Name[];
}

/** What an op says, in the form it was written in. */
export type OpBody =
  | {
      readonly form: "generic";
      readonly operands: readonly Name[];
      readonly successors: readonly SuccessorSyntax[];
      readonly properties: readonly EntrySyntax[];
      readonly attributes: readonly EntrySyntax[];
      readonly regions: readonly RegionSyntax[];
      readonly inputs: readonly TypeSyntax[];
      readonly outputs: readonly TypeSyntax[];
    }
  | {
      readonly form: "uniform";
      readonly operands: readonly OperandSyntax[];
      readonly successors: readonly SuccessorSyntax[];
      readonly attributes: readonly EntrySyntax[];
      readonly regions: readonly RegionSyntax[];
      readonly types: readonly TypeSyntax[];
    }
  | {
      readonly form: "container";
      readonly symbol: AttributeSyntax | undefined;
      readonly attributes: readonly EntrySyntax[];
      readonly region: RegionSyntax;
    }
  | {
      readonly form: "function";
      readonly visibility: string | undefined;
      readonly symbol: AttributeSyntax;
      readonly arguments: readonly ArgumentSyntax[];
      readonly outputs: readonly ArgumentSyntax[];
      readonly attributes: readonly EntrySyntax[];
      readonly region: RegionSyntax | undefined;
    }
  | {
      readonly form: "terminator";
      readonly operands: readonly Name[];
      readonly types: readonly TypeSyntax[];
    }
  | {
      readonly form: "definition";
      readonly symbol: AttributeSyntax;
      readonly type: TypeSyntax;
      readonly value: AttributeSyntax | undefined;
      readonly attributes: readonly EntrySyntax[];
    };

export interface OpSyntax {
  readonly results: readonly ResultSyntax[];
  readonly name: Name;
  readonly body: OpBody;
  readonly location: LocationSyntax | undefined;
  readonly span: Span;
}

export interface AliasSyntax {
  readonly name: Name;
  readonly target: { readonly type: TypeSyntax } | { readonly attribute: AttributeSyntax };
}

/** `key: value` of the metadata section; groups nest. */
export interface MetadataSyntax {
  readonly key: Name;
  readonly value: string | boolean | readonly MetadataSyntax[];
}

export interface FileSyntax {
  readonly aliases: readonly AliasSyntax[];
  readonly ops: readonly OpSyntax[];
  readonly metadata: readonly MetadataSyntax[];
}

export interface PassSyntax {
  readonly name: Name;
  readonly options: readonly EntrySyntax[];
}
