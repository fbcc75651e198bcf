import type { Op } from "../ir/module.ts";

/** One fact about an op that is not the same on both sides; undefined where a side does not have it. */
export interface Detail {
  readonly kind: "name" | "symbol" | "attribute" | "operand" | "type" | "argument" | "regions";
  /** Which attribute, operand or result: `axes`, `values[1]`, `result`. */
  readonly key: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** An op as one line of the text it is in. */
export interface Mention {
  readonly op: Op;
  readonly text: string;
}

interface Where {
  /** The symbols around the op, outermost first: `["main"]` in a function; none at the top. */
  readonly within: readonly string[];
}

/** One op that differs. `moved`: an op with effects stands elsewhere among the ops with effects. */
export type Difference =
  | (Where & { readonly kind: "added"; readonly right: Mention })
  | (Where & { readonly kind: "removed"; readonly left: Mention })
  | (Where & {
      readonly kind: "changed" | "moved";
      readonly left: Mention;
      readonly right: Mention;
      readonly details: readonly Detail[];
    });
