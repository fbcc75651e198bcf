import {
  describeExtent,
  describeQuantity,
  type Entry,
  type Port,
  type Program,
  type Step,
} from "../artifact/program.ts";
import { translateModule } from "../translate/translate-module.ts";
import { artifactText } from "./artifact-text.ts";
import type { Compiled } from "./compile.ts";
import { declarations } from "./declarations.ts";

/** The files of a compiled program, by their endings. */
export interface EmittedFiles {
  /** An ES module that imports nothing. */
  readonly ".js": string;
  /** What the module exports, for TypeScript. */
  readonly ".d.ts": string;
  readonly ".weights": Uint8Array<ArrayBuffer>;
}

export interface EmitOptions {
  /** Whether the module has its kernels as JavaScript too, for engines without WebAssembly. */
  readonly fallback?: boolean;
}

/** Writes a compiled program down. `name` is that of the files, without ending. */
export function emitModule(
  { program, kernels, weights }: Compiled,
  name: string,
  { fallback = false }: EmitOptions = {},
): EmittedFiles {
  const module = `// Compiled by narrow. It needs its weights file beside it: (await load()).run(…), as its .d.ts file says.
${artifactText}
const artifact = {
  url: import.meta.url,
  weightsFile: ${JSON.stringify(`./${encodeURIComponent(`${name}.weights`)}`)},
  kernels: {
    baseline: ${JSON.stringify(base64(kernels.baseline))},
    relaxed: ${JSON.stringify(base64(kernels.relaxed))},${fallback ? `\n    fallback: ${translateModule(kernels.baseline)},` : ""}
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

/** A line a step, as an assembler would print it: `linear_… units 16 (1024, 2048, n)`. */
export function listSteps({ entries, kernels }: Program): string {
  return Object.entries(entries)
    .map(([name, { symbols, inputs, outputs, steps }]) => {
      const names = symbols.map((symbol) => symbol.name);
      const port = ({ name: portName, element, shape, at }: Port) =>
        `  ${portName}: ${element}[${shape.map((extent) => describeExtent(extent, names)).join(", ")}] at ${at}`;
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
