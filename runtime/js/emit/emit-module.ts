import type { Entry, Port, Program, Quantity, Step } from "../artifact/program.ts";
import { artifactText } from "./artifact-text.ts";
import type { Compiled } from "./compile.ts";

/** The files of a compiled program, by their endings. */
export interface EmittedFiles {
  /** An ES module that imports nothing. */
  readonly ".js": string;
  /** What the module exports, for TypeScript. */
  readonly ".d.ts": string;
  readonly ".weights": Uint8Array<ArrayBuffer>;
}

/** Writes a compiled program down. `name` is that of the files, without ending. */
export function emitModule({ program, kernels, weights }: Compiled, name: string): EmittedFiles {
  const module = `// Compiled by narrow. It needs ${name}.weights beside it: (await load()).run(…), as ${name}.d.ts says.
${artifactText}
const artifact = {
  url: import.meta.url,
  weightsFile: ${JSON.stringify(`${name}.weights`)},
  kernels: {
    baseline: ${JSON.stringify(base64(kernels.baseline))},
    relaxed: ${JSON.stringify(base64(kernels.relaxed))},
  },
  program: ${programText(program)},
};
export const NarrowError = narrow.NarrowError;
export const load = (weights, options) => narrow.load(artifact, weights, options);
narrow.serveIfThread(import.meta.url);
`;
  return { ".js": module, ".d.ts": declarations(program), ".weights": weights };
}

/** JSON with a line for each port, kernel and step, so that programs can be read and compared. */
function programText(program: Program): string {
  const { entries, kernels, ...rest } = program;
  const facts = Object.entries(rest).map(([key, value]) => `    ${key}: ${JSON.stringify(value)},`);
  const list = (items: readonly unknown[], indent: string): string =>
    items.length === 0
      ? "[]"
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)},`).join("\n")}\n${indent}]`;
  const entry = ([name, { symbols, inputs, outputs, steps }]: readonly [string, Entry]): string =>
    `      ${JSON.stringify(name)}: {
        symbols: ${list(symbols, "        ")},
        inputs: ${list(inputs, "        ")},
        outputs: ${list(outputs, "        ")},
        steps: ${list(steps, "        ")},
      },`;
  return `{
${facts.join("\n")}
    kernels: ${list(kernels, "    ")},
    entries: {
${Object.entries(entries).map(entry).join("\n")}
    },
  }`;
}

/** Base64 of bytes; in pieces, since a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

const arrays = {
  f32: "Float32Array",
  i32: "Int32Array",
  i16: "Int16Array",
  i8: "Int8Array",
  u8: "Uint8Array",
} as const;

function declarations({ entries }: Program): string {
  const shapeOf = ({ shape }: Port, { symbols }: Entry): string =>
    `[${shape
      .map((extent) =>
        describeQuantity(
          extent,
          symbols.map(({ name }) => name),
        ),
      )
      .join(", ")}]`;
  const port = (each: Port, entry: Entry, type: string): string =>
    `      /** ${shapeOf(each, entry)} */\n      readonly ${JSON.stringify(each.name)}: ${type};`;
  const signature = ([name, entry]: readonly [string, Entry]): string =>
    `  readonly ${JSON.stringify(name)}: {
    readonly inputs: {
${entry.inputs.map((each) => port(each, entry, `${arrays[each.element]} | Tensor<${arrays[each.element]}>`)).join("\n")}
    };
    readonly outputs: {
${entry.outputs.map((each) => port(each, entry, `Tensor<${arrays[each.element]}>`)).join("\n")}
    };
  };`;
  return `// Compiled by narrow.
/** Row-major. */
export interface Tensor<Data> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** The functions of the program. Inputs of one axis may be given as their data alone. */
export interface Entries {
${Object.entries(entries).map(signature).join("\n")}
}

export interface GenerateOptions {
  /** Tokens to add; as many as memory is laid out for where left out. */
  readonly maxTokens?: number;
  /** The next token, given the logits; the likeliest where left out. */
  choose?(logits: Float32Array): number;
}

export interface Model {
  readonly entries: readonly (keyof Entries)[];
  run<Name extends keyof Entries>(name: Name, inputs: Entries[Name]["inputs"]): Entries[Name]["outputs"];
  /** Continues a prompt of tokens; only language models can. */
  generate(prompt: ArrayLike<number>, options?: GenerateOptions): AsyncGenerator<number>;
  /** Ends its threads. */
  close(): void;
}

export interface LoadOptions {
  /** Threads that compute, this one included; 1 where left out. Results do not depend on it. */
  readonly threads?: number;
  /** Whether relaxed SIMD may be used where the engine has it: faster, and sums are rounded differently. */
  readonly relaxed?: boolean;
}

/** Every error of this module; \`code\` is for programs. */
export class NarrowError extends Error {
  readonly code: string;
}

/** \`weights\` are the bytes of the weights file, fetched from beside the module where left out. */
export function load(weights?: ArrayBuffer | Uint8Array<ArrayBuffer>, options?: LoadOptions): Promise<Model>;
`;
}

/** \`tokens + 2·past\`, for people. */
export function describeQuantity(quantity: Quantity, names: readonly string[]): string {
  if (typeof quantity === "number") return String(quantity);
  const parts = quantity.terms.map(
    ([symbol, coefficient]) => `${coefficient === 1 ? "" : `${coefficient}·`}${names[symbol]}`,
  );
  return [...parts, ...(quantity.constant !== 0 || parts.length === 0 ? [quantity.constant] : [])].join(
    " + ",
  );
}

/** A line a step, as an assembler would print it: `linear_… units=16 (1024, 2048, n)`. */
export function listSteps({ entries, kernels }: Program): string {
  return Object.entries(entries)
    .map(([name, { symbols, inputs, outputs, steps }]) => {
      const names = symbols.map((symbol) => symbol.name);
      const port = ({ name: portName, element, shape, at }: Port) =>
        `  ${portName}: ${shape.map((extent) => `${describeQuantity(extent, names)}x`).join("")}${element} at ${at}`;
      const step = ([kernel, units, _work, ...args]: Step) =>
        `  ${kernels[kernel]!.name} units ${describeQuantity(units, names)} (${args.map((arg) => describeQuantity(arg, names)).join(", ")})`;
      const maxima = symbols.map(({ name: symbol, maximum }) => `${symbol} ≤ ${maximum}`).join(", ");
      return [
        `${name}${maxima && ` where ${maxima}`}`,
        " inputs",
        ...inputs.map(port),
        " steps",
        ...steps.map(step),
        " outputs",
        ...outputs.map(port),
      ].join("\n");
    })
    .join("\n\n");
}
