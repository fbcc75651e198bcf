import type { RuntimeValue } from "../../compiler/define/kernel.ts";
import type { Op, OpId } from "../../compiler/ir/module.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import type { InterpreterOptions, OperandValues } from "../interpreter/interpreter.ts";

/** One layer as it ran: a linear op or convolution on a parameter. */
export interface LayerRun {
  readonly op: OpId;
  /** The parameter it multiplies by. */
  readonly symbol: string;
  /** What it saw, [..., K] or [N, C, H, W], if that was floats. */
  readonly input: FloatTensor | undefined;
  /** [N], if it adds one. */
  readonly bias: FloatTensor | undefined;
  /** [..., N] or [N, O, OH, OW] */
  readonly output: FloatTensor;
}

/** Keeps the layers of a run in the order they ran, until they are taken: memory for one run's values. */
export class LayerRecorder {
  readonly #symbols: ReadonlyMap<OpId, string>;
  #waiting: Omit<LayerRun, "output"> | undefined;
  #runs: LayerRun[] = [];

  /** `symbols` names the parameter of each op to look at. */
  constructor(symbols: ReadonlyMap<OpId, string>) {
    this.#symbols = symbols;
  }

  /** For the interpreter that runs the program. */
  readonly hooks: Required<Pick<InterpreterOptions, "observe" | "trace">> = {
    observe: (_entry, op, inputs) => this.#before(op, inputs),
    trace: (_entry, _name, op, value) => this.#after(op, value),
  };

  /** The layers since the last call. */
  take(): readonly LayerRun[] {
    const runs = this.#runs;
    this.#runs = [];
    return runs;
  }

  #before(op: Op, { input, bias }: OperandValues): undefined {
    const symbol = this.#symbols.get(op.id);
    if (symbol !== undefined)
      this.#waiting = { op: op.id, symbol, input: floatsOf(input), bias: floatsOf(bias) };
  }

  // Such an op calls no function, so its result is the next one seen.
  #after(op: Op, value: RuntimeValue): void {
    const output = floatsOf(value);
    if (!this.#symbols.has(op.id) || !this.#waiting || !output) return;
    this.#runs.push({ ...this.#waiting, output });
    this.#waiting = undefined;
  }
}

function floatsOf(value: OperandValues[string]): FloatTensor | undefined {
  if (value === undefined || !("data" in value)) return undefined;
  const { shape, data } = value;
  return data instanceof Float32Array || data instanceof Float64Array ? { shape, data } : undefined;
}
