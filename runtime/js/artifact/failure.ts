/** Every code of a `NarrowError`, and what it means. */
export const failures = {
  closed: "the model was closed",
  "empty-prompt": "there is no token to continue from",
  "extent-too-large": "an input is larger than memory was laid out for",
  "input-count": "inputs in order are too few or too many",
  "input-range": "an input that chooses places chooses one that is not there",
  "input-shape": "the shape of an input is not that of the signature, or not that of its data",
  "input-type": "an input is not the typed array that the signature asks for",
  "insecure-page": "the page may not compute hashes, as it came neither over https nor from localhost",
  kernel: "the module is damaged: a kernel is missing",
  "memory-size": "the memory that the program needs cannot be had",
  "missing-input": "an input was not given",
  "no-language-model": "the program cannot continue sequences of tokens",
  "no-webassembly": "the engine has no WebAssembly, and the program was compiled without a fallback",
  "prompt-too-long": "the prompt is longer than memory was laid out for",
  "prompt-type": "the prompt is not a sequence of whole numbers",
  "shared-memory": "the page may not share memory with threads, as it is not isolated from other origins",
  thread: "a thread did not start",
  threads: "the number of threads is none, or more than the one there is without WebAssembly",
  "token-choice": "what was chosen is no token",
  "unknown-entry": "the program has no function of this name",
  "unknown-input": "the function has no input of this name",
  "weights-hash": "the weights have the right size, but are not those that the program was compiled with",
  "weights-missing": "the weights file cannot be read",
  "weights-size": "the weights are fewer or more bytes than the program was compiled with",
  "weights-type": "the weights were given as something that is not bytes",
} as const;

export type ErrorCode = keyof typeof failures;

/** Why a compiled program cannot be loaded or run; `code` is for programs. */
export class NarrowError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "NarrowError";
    this.code = code;
  }
}
export const refuse = (code: ErrorCode, message: string): never => {
  throw new NarrowError(code, message);
};

/** What a thrown value says. */
export const messageOf = (problem: unknown): string =>
  problem instanceof Error ? problem.message : String(problem);
