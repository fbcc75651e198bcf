import { param } from "../../dialects/lowp/ops.ts";
import type { ParamOp } from "../../dialects/lowp/params.ts";
import { ParamWriter } from "../../dialects/lowp/passes/dense-params.ts";
import type { LossIncrease } from "../define/pass.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { stringAttribute } from "../ir/attributes.ts";
import type { Module } from "../ir/module.ts";
import { topLevelSymbol } from "../ir/symbols.ts";
import { Editor } from "../rewrite/editor.ts";
import { type Backend, executableOf } from "./backend.ts";
import type { LossMeter, LossProgram, Numbers } from "./loss-runs.ts";
import { addScores, type Logits, logitsOf, meanScores, noScores } from "./loss-scores.ts";

/**
 * As `LossRuns`, by compiled programs: each question compiles one and runs it from the start, which is quicker where
 * inputs are more than a few. Numbers differ from the interpreter's by the rounding of sums in f32.
 */
export class CompiledLossRuns implements LossMeter {
  readonly #program: LossProgram;
  readonly #module: Module;
  readonly #backend: Exclude<Backend, "interpreter">;
  #references: readonly Logits[] | undefined;

  constructor(program: LossProgram, module: Module, backend: Exclude<Backend, "interpreter">) {
    this.#program = program;
    this.#module = module;
    this.#backend = backend;
  }

  /** Codes: those of the backend, `loss-output`, `replaced` where a parameter is no dense one of floats. */
  async increase(replaced: Numbers, around: Numbers = new Map()): Promise<Result<LossIncrease>> {
    const { inputs, areTokens } = this.#program;
    const references = this.#references ? ok(this.#references) : await this.#run(this.#module);
    if (!references.ok) return references;
    this.#references = references.value;
    const changed = this.#with(new Map([...around, ...replaced]));
    if (!changed.ok) return changed;
    const outputs = await this.#run(changed.value);
    if (!outputs.ok) return outputs;
    const scores = noScores();
    for (const [i, input] of inputs.entries()) {
      const tokens = areTokens ? (input.data as Int32Array) : undefined;
      addScores(scores, references.value[i]!, outputs.value[i]!, tokens);
    }
    return ok(meanScores(scores, areTokens));
  }

  /** The outputs for all inputs, in their order. */
  async #run(module: Module): Promise<Result<readonly Logits[]>> {
    const { registry, constants, main, inputs } = this.#program;
    const executable = await executableOf({ registry }, { module, constants }, this.#backend);
    if (!executable.ok) return executable;
    const all: Logits[] = [];
    for (const input of inputs) {
      const logits = logitsOf(main, await executable.value.run(main, [input]));
      if (!logits.ok) return logits;
      all.push(logits.value);
    }
    return ok(all);
  }

  #with(numbers: Numbers): Result<Module> {
    const editor = new Editor(this.#module);
    const writer = new ParamWriter(editor, this.#program.constants);
    const prov = { kind: "dictionary", entries: { pass: stringAttribute("losses") } } as const;
    for (const [symbol, { data }] of numbers) {
      const op = topLevelSymbol(this.#module, symbol);
      if (!op || !param.is(op) || op.attributes.type.kind !== "tensor") return fail(noParameter(symbol));
      writer.rewrite(op as ParamOp, Float64Array.from(data), prov);
    }
    writer.finish();
    return writer.problems.length > 0 ? fail(...writer.problems) : ok(editor.commit());
  }
}

const noParameter = (symbol: string) =>
  error("replaced", `@${symbol} is no dense parameter`, { hint: "measure it on the interpreter" });
