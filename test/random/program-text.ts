import { gaussian, seededRandom } from "../../compiler/numeric/random.ts";

/** A weight of a random program, by symbol. */
interface Weight {
  readonly shape: readonly number[];
  /** `codes`: 8-bit integers with one f32 scale per row; else f32. */
  readonly stored: "f32" | "codes";
  readonly numbers: (random: () => number) => number;
}

export const CODES = "!lowp.q<i8, block = [1, *], scale = f32>";

/** Text of a program that is being written: weights once, functions one after another. */
export class ProgramText {
  readonly #weights = new Map<string, Weight>();
  readonly #functions: string[] = [];

  /** Names a weight; two of one name are one weight. */
  weight(
    symbol: string,
    shape: readonly number[],
    stored: Weight["stored"] = "f32",
    numbers: Weight["numbers"] = (random) => gaussian(random) / Math.sqrt(shape.at(-1)!),
  ): void {
    if (!this.#weights.has(symbol)) this.#weights.set(symbol, { shape, stored, numbers });
  }

  /** Weights of a shape that are there already, to be shared. */
  weightsOf(shape: readonly number[], stored: Weight["stored"]): readonly string[] {
    return [...this.#weights]
      .filter(([, weight]) => weight.shape.join() === shape.join() && weight.stored === stored)
      .map(([symbol]) => symbol);
  }

  function(text: string): void {
    this.#functions.push(text);
  }

  toString(): string {
    const weights = [...this.#weights].map(([symbol, { shape, stored }]) =>
      stored === "f32"
        ? `lowp.param @${symbol} : tensor<${shape.join("x")}xf32> = dense_resource<${symbol}>`
        : `lowp.param @${symbol} : tensor<${shape.join("x")}x${CODES}> = {codes = dense_resource<${symbol}.codes> : tensor<${shape.join("x")}xi8>, scale = dense_resource<${symbol}.scale> : tensor<${shape[0]}x1xf32>}`,
    );
    const resources = [...this.#weights].flatMap(([symbol, weight]) => bytesOf(symbol, weight));
    const section = `{-#\n  dialect_resources: {\n    builtin: {\n${resources.join(",\n")}\n    }\n  }\n#-}\n`;
    return [...weights, ...this.#functions, resources.length > 0 ? section : ""].join("\n");
  }
}

/** Numbers come from the symbol alone, so that a smaller program has the same weights. */
function bytesOf(symbol: string, { shape, stored, numbers }: Weight): readonly string[] {
  const seed = [...symbol].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
  const random = seededRandom(seed);
  const count = shape.reduce((product, size) => product * size, 1);
  const line = (key: string, bytes: ArrayBufferLike) =>
    `      ${key}: "0x04000000${Buffer.from(bytes).toString("hex").toUpperCase()}"`;
  if (stored === "f32")
    return [line(symbol, Float32Array.from({ length: count }, () => numbers(random)).buffer)];
  const codes = Int8Array.from({ length: count }, () => Math.floor(random() * 255) - 127);
  const scales = Float32Array.from({ length: shape[0]! }, () => (0.5 + random()) / 256);
  return [line(`${symbol}.codes`, codes.buffer), line(`${symbol}.scale`, scales.buffer)];
}
