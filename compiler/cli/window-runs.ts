import type { OperandValues } from "../../runtime/interpreter/interpreter.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { carryOver, type Pause, ranBefore } from "../../runtime/interpreter/pause.ts";
import type { Registry } from "../define/dialect.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import type { ConstantStore } from "../ir/constants.ts";
import type { Module, Op, OpId } from "../ir/module.ts";
import type { Tensor } from "../numeric/tensor.ts";

/** What is run on every window. */
export interface WindowProgram {
  readonly registry: Registry;
  readonly constants: ConstantStore;
  readonly main: string;
  /** What its one input is given, one after another. */
  readonly inputs: readonly Tensor[];
  /** Whether seeing an op once in a window is seeing it for good in that module. */
  seesOnce(module: Module): boolean;
}

/**
 * Runs of one program, edited from question to question, on windows of a text, or batches of examples. A run stops at the last op that is
 * asked about, and the next goes on from there where the edits allow it. In between, each window keeps the values
 * that ops still to come will use: memory is that of the windows times those values.
 */
export class WindowRuns {
  readonly #program: WindowProgram;
  readonly #pauses: (Pause | undefined)[] = [];

  constructor(program: WindowProgram) {
    this.#program = program;
  }

  /** A run of a module, window by window, that shows what the ops of `sites` are about to take. */
  begin(
    module: Module,
    sites: ReadonlySet<OpId>,
    observe: (op: Op, inputs: OperandValues) => void,
  ): (window: number) => Result<void> {
    const { registry, constants, main, inputs, seesOnce } = this.#program;
    const stops = seesOnce(module);
    let waiting = new Set<OpId>();
    const interpreter = new Interpreter(module, registry, constants, {
      precision: "f32",
      observe: (_entry, op, inputs) => {
        if (sites.has(op.id)) observe(op, inputs);
        waiting.delete(op.id);
        return stops && waiting.size === 0 ? "stop" : undefined;
      },
    });
    return (window) => {
      waiting = new Set(sites);
      const from = continuation(this.#pauses[window], module, waiting);
      const reached = interpreter.advance(main, [inputs[window]!], from);
      if (!reached.ok) return reached;
      this.#pauses[window] = reached.value;
      return ok(undefined);
    };
  }
}

/** Where to go on in a module that may have been edited; undefined where a run must start over to see all sites. */
function continuation(pause: Pause | undefined, module: Module, sites: ReadonlySet<OpId>): Pause | undefined {
  const carried = pause && carryOver(pause, module);
  if (!carried) return undefined;
  const ran = ranBefore(carried);
  return [...sites].some((site) => ran.has(site)) ? undefined : carried;
}
