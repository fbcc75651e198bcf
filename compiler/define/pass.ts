import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { ConstantStore } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";
import type { InferAll, Schemas } from "../schema/schema.ts";
import type { Registry } from "./dialect.ts";

/**
 * What a pass promises about the functions it leaves behind.
 * exact: bit-equal outputs. exactInReals: equal but for rounding. bounded: outputs differ by at most
 * `epsilon`, relative to the largest output. lossy: `metric` says what is given up.
 */
export type Contract =
  | { readonly kind: "exact" }
  | { readonly kind: "exactInReals" }
  | { readonly kind: "bounded"; readonly epsilon: number }
  | { readonly kind: "lossy"; readonly metric: string };

/** What a pass may use besides the module. */
export interface PassContext {
  readonly registry: Registry;
  readonly constants: ConstantStore;
  /** Tells the user something worth knowing that is not an error. */
  report(diagnostic: Diagnostic): void;
  /** Shows how far a long pass has come; `label` names what is being worked on. */
  progress(done: number, total: number, label: string): void;
}

/** A named transformation. Its options are declared once; types, parsing, defaults and help follow. */
export interface Pass<Options extends Schemas = Schemas> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly contract: Contract;
  /** Verified module in, verified module out; the same object when nothing changed. */
  run(module: Module, options: InferAll<Options>, context: PassContext): Result<Module>;
}

export type AnyPass = Pass;

export const definePass = <const Options extends Schemas>(pass: Pass<Options>): Pass<Options> => pass;
