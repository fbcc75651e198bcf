import { failures } from "../artifact/failure.ts";
import { arrays } from "../artifact/inputs.ts";
import { describeExtent, type Entry, type Port, type Program } from "../artifact/program.ts";

/** What the module of a program exports, as a TypeScript declaration file. */
export const declarations = ({ entries }: Program): string => `// Compiled by narrow.
/** Row-major. */
export interface Tensor<Data> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** The functions of the program. Inputs of one axis may be given as their data alone. */
export interface Entries {
${Object.entries(entries)
  .map(([name, entry]) => signature(name, entry))
  .join("\n")}
}

export interface GenerateOptions {
  /** Tokens to add; as many as memory is laid out for where left out. */
  readonly maxTokens?: number;
  /** The next token, given the logits; the likeliest, the first at a tie, where left out. */
  choose?(logits: Float32Array): number;
}

export interface Model {
  readonly entries: readonly (keyof Entries)[];
  /** Whether kernels with relaxed SIMD are at work. */
  readonly usesRelaxed: boolean;
  /** Runs a function on inputs by name; gives copies of its outputs by name. */
  run<Name extends keyof Entries>(name: Name, inputs: Entries[Name]["inputs"]): Entries[Name]["outputs"];
  /** Continues a prompt of tokens, one by one; only language models can. */
  generate(prompt: ArrayLike<number>, options?: GenerateOptions): AsyncGenerator<number>;
  /** Ends its threads; nothing can be run any more. */
  close(): void;
}

export interface LoadOptions {
  /** Threads that compute, this one included; 1 where left out. Results do not depend on it. */
  readonly threads?: number;
  /** Whether relaxed SIMD may be used where the engine has it: faster, and sums are rounded differently. */
  readonly relaxed?: boolean;
  /** Whether WebAssembly may be used where the engine has it; without, only what was compiled with a fallback runs. */
  readonly webAssembly?: boolean;
}

/** Why something was refused. */
export type ErrorCode =
${Object.entries(failures)
  .map(([code, meaning]) => `  /** ${meaning} */\n  | ${JSON.stringify(code)}`)
  .join("\n")};

/** Every error of this module; \`code\` is for programs. */
export class NarrowError extends Error {
  private constructor();
  readonly code: ErrorCode;
}

/** \`weights\` are the bytes of the weights file, fetched from beside the module where left out. */
export function load(weights?: ArrayBuffer | Uint8Array, options?: LoadOptions): Promise<Model>;
`;

function signature(name: string, entry: Entry): string {
  const symbols = entry.symbols.map((symbol) => symbol.name);
  const port = ({ name: portName, shape }: Port, type: string): string => {
    const extents = shape.map((extent) => describeExtent(extent, symbols)).join(", ");
    return `      /** [${extents}] */\n      readonly ${JSON.stringify(portName)}: ${type};`;
  };
  const tensor = ({ element }: Port): string => `Tensor<${arrays[element].name}>`;
  const input = (each: Port): string =>
    each.shape.length === 1 ? `${arrays[each.element].name} | ${tensor(each)}` : tensor(each);
  return `  readonly ${JSON.stringify(name)}: {
    readonly inputs: {
${entry.inputs.map((each) => port(each, input(each))).join("\n")}
    };
    readonly outputs: {
${entry.outputs.map((each) => port(each, tensor(each))).join("\n")}
    };
  };`;
}
