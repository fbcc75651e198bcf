/** Why a compiled program cannot be loaded or run; `code` is for programs. */
export class NarrowError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "NarrowError";
    this.code = code;
  }
}
export const refuse = (code: string, message: string): never => {
  throw new NarrowError(code, message);
};
