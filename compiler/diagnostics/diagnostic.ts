/** A half-open range of character offsets in one source file. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A further place or fact that explains a diagnostic. */
export interface Note {
  readonly message: string;
  readonly span: Span | undefined;
}

/** One problem the user can fix: what is wrong, where, why, and what to try. */
export interface Diagnostic {
  readonly severity: "error" | "warning" | "remark";
  /** Stable kebab-case identifier, e.g. "operand-type"; tests and docs refer to it. */
  readonly code: string;
  /** Lower case, no full stop; says what is and what was expected. */
  readonly message: string;
  readonly span: Span | undefined;
  /** Shown under the caret. */
  readonly label?: string;
  readonly notes?: readonly Note[];
  /** The fix, in the imperative. */
  readonly hint?: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (...diagnostics: readonly Diagnostic[]): Result<never> => ({ ok: false, diagnostics });

/** An error with a code and a message; `rest` adds place, label, notes and hint. */
export const error = (
  code: string,
  message: string,
  rest: Partial<Omit<Diagnostic, "severity" | "code" | "message">> = {},
): Diagnostic => ({ severity: "error", code, message, span: undefined, ...rest });

/** Marks a state the types or the verifier rule out; reaching it is a bug in this repository. */
export function unreachable(message: string): never {
  throw new Error(`internal error: ${message}`);
}
