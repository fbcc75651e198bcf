import type { Choices } from "./choices.ts";
import { CODES, type ProgramText } from "./program-text.ts";

/** A value of type tensor<?xWxf32>, the currency of random functions. */
export interface Rows {
  readonly name: string;
  readonly width: number;
}

/** Widths of rows: both hold two heads of even width and whole blocks of 4. */
export const WIDTHS = [8, 16] as const;
export const rowsType = (width: number): string => `tensor<?x${width}xf32>`;

/** Writes the body of one function; every method adds ops and gives the value they end in. */
export class Body {
  readonly lines: string[] = [];
  readonly values: Rows[] = [];
  readonly #function: string;
  readonly #choices: Choices;
  readonly #program: ProgramText;
  #names = 0;

  /** `name` is the function's; `taken` are the rows it takes. */
  constructor(name: string, choices: Choices, program: ProgramText, taken: readonly Rows[]) {
    this.#function = name;
    this.#choices = choices;
    this.#program = program;
    this.values.push(...taken);
  }

  /** Adds an op and names its result. */
  op(text: string, type: string): string {
    const name = `%v${this.#names++}`;
    this.lines.push(`  ${name} = ${text} : ${type}`);
    return name;
  }

  rows(text: string, width: number): Rows {
    const value = { name: this.op(text, rowsType(width)), width };
    this.values.push(value);
    return value;
  }

  any(): Rows {
    return this.values[this.values.length - 1 - this.#choices.below(this.values.length)]!;
  }

  /** Another value of the width, or the same. */
  mate({ width }: Rows): Rows {
    const mates = this.values.filter((value) => value.width === width);
    return mates[this.#choices.below(mates.length)]!;
  }

  /** A weight of the function's own, `main.linear.8_16.0`, or now and then one that is there already. */
  parameter(kind: string, shape: readonly number[], stored: "f32" | "codes" = "f32"): string {
    const known = this.#program.weightsOf(shape, stored).filter((symbol) => symbol.split(".")[1] === kind);
    const isShared = known.length > 0 && this.#choices.below(6) === 5;
    const symbol = isShared
      ? this.#choices.of(...known)
      : `${this.#function}.${kind}.${shape.join("_")}.${this.#names}`;
    const positive = (random: () => number) => 0.5 + random();
    this.#program.weight(
      symbol,
      shape,
      stored,
      kind === "variance" || kind === "gain" ? positive : undefined,
    );
    const element = stored === "f32" ? "f32" : CODES;
    return this.op(`lowp.get(@${symbol})`, `tensor<${shape.join("x")}x${element}>`);
  }

  linear(from: Rows, width: number, bias = this.#choices.below(2) === 1): Rows {
    const weight = this.parameter("linear", [width, from.width]);
    const end = bias ? `, ${this.parameter("bias", [width])}` : "";
    return this.rows(`nn.linear(${from.name}, ${weight}${end})`, width);
  }

  /** A linear op on stored codes: as floats first, or directly. */
  storedLinear(from: Rows, width: number): Rows {
    const codes = this.parameter("stored", [width, from.width], "codes");
    if (this.#choices.below(2) === 0) return this.rows(`lowp.linear(${from.name}, ${codes})`, width);
    const weight = this.op(`lowp.dequantize(${codes})`, `tensor<${width}x${from.width}xf32>`);
    return this.rows(`nn.linear(${from.name}, ${weight})`, width);
  }

  /** A norm over each row; rarely one over channels, which only folds behind a linear op. */
  norm(from: Rows): Rows {
    const kind = this.#choices.below(16);
    if (kind === 15) return this.batchNorm(from);
    const gain = this.parameter("gain", [from.width]);
    const bias = kind % 2 === 0 ? undefined : this.parameter("bias", [from.width]);
    return bias === undefined
      ? this.rows(`nn.rms_norm(${from.name}, ${gain})`, from.width)
      : this.rows(`nn.layer_norm(${from.name}, ${gain}, ${bias})`, from.width);
  }

  batchNorm(from: Rows): Rows {
    const gain = this.parameter("gain", [from.width]);
    return this.rows(`nn.batch_norm(${this.statistics(from.name, gain, from.width)})`, from.width);
  }

  /** Operands of a batch norm over `width` channels. */
  statistics(input: string, gain: string, width: number): string {
    const [bias, mean] = [this.parameter("bias", [width]), this.parameter("mean", [width])];
    return [input, gain, bias, mean, this.parameter("variance", [width])].join(", ");
  }

  unary(from: Rows): Rows {
    const op = this.#choices.of(
      "silu",
      "gelu",
      "relu",
      "sigmoid",
      "tanh",
      "neg",
      "abs",
      "erf",
      "round",
      "clip",
    );
    const attributes =
      op === "clip"
        ? " {max = 1.0, min = -1.0}"
        : op === "gelu"
          ? this.#choices.of("", " {approximation = tanh}")
          : "";
    return this.rows(`nn.${op}(${from.name})${attributes}`, from.width);
  }

  binary(left: Rows, right = this.mate(left)): Rows {
    const op = this.#choices.of("add", "mul", "sub", "max", "min");
    return this.rows(`nn.${op}(${left.name}, ${right.name})`, left.width);
  }

  /** The same op again on the same operands, for merging. */
  twin(): Rows | undefined {
    const last = this.values.findLast(({ name }) =>
      this.lines.some((line) => line.startsWith(`  ${name} = `)),
    );
    const line = last && this.lines.find((each) => each.startsWith(`  ${last.name} = `));
    return last && line
      ? this.rows(line.slice(line.indexOf("=") + 2, line.lastIndexOf(" : ")), last.width)
      : undefined;
  }
}
