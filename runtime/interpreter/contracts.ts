import type { Registry } from "../../compiler/define/dialect.ts";
import { isDense, type Precision, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import type { Contract } from "../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { DYNAMIC, type FunctionType, same, type Type } from "../../compiler/ir/types.ts";
import { gaussian, seededRandom } from "../../compiler/numeric/random.ts";
import { elementCount, type Tensor } from "../../compiler/numeric/tensor.ts";
import { Interpreter } from "./interpreter.ts";

/** Relative to the largest output: what equal-but-for-rounding may differ by in f64. */
const TOLERANCE_IN_REALS = 1e-10;
/** The same where weights were rounded to f32 once more: 2^-24 each, and layers add up and amplify. */
const TOLERANCE_OF_WEIGHTS = 1e-5;
/** Extent given to dynamic axes. */
const EXTENT = 3;
const SEED = 1;

interface Run {
  readonly outputs: ReadonlyMap<string, readonly Tensor[]>;
  readonly types: ReadonlyMap<string, FunctionType>;
  /** Values by function and name, to find the op at which two runs part. */
  readonly values: ReadonlyMap<string, { readonly op: string; readonly tensor: Tensor }>;
  readonly problems: readonly Diagnostic[];
}

/** What the checks of one pass found: broken promises, and figures worth telling. */
export interface ContractReport {
  readonly broken: readonly Diagnostic[];
  readonly remarks: readonly Diagnostic[];
}

/**
 * Runs every public function before and after a pass on seeded inputs and compares what the pass's
 * contract speaks of: bits for `exact`, f64 for `exactInReals`, f32 within ε for `bounded`; of `lossy`
 * passes the loss is reported.
 */
export function checkContract(
  pass: { readonly name: string; readonly contract: Contract },
  before: Module,
  after: Module,
  registry: Registry,
  constants: ConstantStore,
): ContractReport {
  if (before === after) return { broken: [], remarks: [] };
  const { contract } = pass;
  const precision: Precision = contract.kind === "exactInReals" ? "f64" : "f32";
  const runs = [before, after].map((module) => runAll(module, registry, constants, precision));
  const [left, right] = runs as [Run, Run];
  if (left.problems.length > 0) return { broken: [], remarks: left.problems.map(asRemark) };
  if (right.problems.length > 0)
    return {
      broken: right.problems.map((problem) => ({
        ...problem,
        message: `after ${pass.name}: ${problem.message}`,
      })),
      remarks: [],
    };
  const changed = [...left.types].flatMap(([name, type]) => {
    const now = right.types.get(name);
    return now === undefined || sameBases(type, now) ? [] : [name];
  });
  const comparable = [...left.outputs].filter(([name]) => !changed.includes(name));
  if (comparable.length === 0) return { broken: [], remarks: [notCompared(pass, changed)] };
  const worst = comparable.flatMap(([name, outputs]) =>
    outputs.map((tensor, i) => ({
      name,
      difference: relativeDifference(tensor, right.outputs.get(name)?.[i]),
    })),
  );
  const { name = "", difference = 0 } = worst.toSorted((a, b) => b.difference - a.difference)[0] ?? {};
  const allowed =
    contract.kind === "exact"
      ? 0
      : contract.kind === "exactInReals"
        ? contract.rewritesWeights
          ? TOLERANCE_OF_WEIGHTS
          : TOLERANCE_IN_REALS
        : contract.kind === "bounded"
          ? contract.epsilon
          : Infinity;
  if (difference > allowed)
    return {
      broken: [brokenPromise(pass, name, difference, allowed, partingOp(left, right, name))],
      remarks: [],
    };
  const remark: Diagnostic = {
    severity: "remark",
    code: "contract",
    message: `${pass.name} keeps its promise (${describeContract(contract)}): largest relative difference ${difference.toExponential(1)}`,
    span: undefined,
  };
  return { broken: [], remarks: changed.length > 0 ? [remark, notCompared(pass, changed)] : [remark] };
}

/** Whether all arguments and results are in the frames they were in, whatever they are held in. */
const sameBases = (before: FunctionType, after: FunctionType): boolean =>
  (["inputs", "results"] as const).every((side) =>
    before[side].every((type, at) => same(encodingOf(type), encodingOf(after[side][at]))),
  );
const encodingOf = (type: Type | undefined) => (type?.kind === "tensor" ? type.encoding : undefined);

/** Equal numbers mean something else where a function takes or gives them in another basis, such as its caches. */
const notCompared = (pass: { readonly name: string }, changed: readonly string[]): Diagnostic => ({
  severity: "remark",
  code: "contract",
  message: `${pass.name} gives arguments or results of ${changed.map((name) => `@${name}`).join(", ")} another basis, so outputs are compared of other functions alone`,
  span: undefined,
});

const asRemark = (problem: Diagnostic): Diagnostic => ({
  ...problem,
  severity: "remark",
  message: `contract not checked, as the module cannot be run: ${problem.message}`,
});

const brokenPromise = (
  pass: { readonly name: string; readonly contract: Contract },
  name: string,
  difference: number,
  allowed: number,
  op: string | undefined,
): Diagnostic =>
  error(
    "broken-contract",
    `pass ${pass.name} promises ${describeContract(pass.contract)}, but @${name} differs by ${difference.toExponential(2)} (allowed ${allowed.toExponential(0)})`,
    {
      ...(op !== undefined && { notes: [{ message: `the values part at ${op}`, span: undefined }] }),
      hint: "this is a bug in the pass, or its contract is wrong",
    },
  );

export const describeContract = (contract: Contract): string =>
  contract.kind === "bounded"
    ? `bounded(${contract.epsilon})`
    : contract.kind === "lossy"
      ? `lossy(${contract.metric})`
      : contract.kind;

function runAll(module: Module, registry: Registry, constants: ConstantStore, precision: Precision): Run {
  const values = new Map<string, { op: string; tensor: Tensor }>();
  const trace = (entry: string, name: string, op: { readonly name: string }, value: RuntimeValue) => {
    if (name !== "" && isDense(value))
      values.set(`${entry}/${name}`, { op: `%${name} (${op.name}) in @${entry}`, tensor: value });
  };
  const interpreter = new Interpreter(module, registry, constants, { precision, trace });
  const outputs = new Map<string, readonly Tensor[]>();
  const problems: Diagnostic[] = [];
  for (const [name, type] of interpreter.entries) {
    const result = interpreter.runValues(name, seededInputs(type, precision));
    if (result.ok)
      outputs.set(
        name,
        result.value.map((value) => numbersOf(value, registry, precision)),
      );
    else problems.push(...result.diagnostics);
  }
  return { outputs, types: interpreter.entries, values, problems };
}

/** What the public functions of a module give on seeded inputs, in f32, by name: as the contracts are checked. */
export function seededOutputs(
  module: Module,
  registry: Registry,
  constants: ConstantStore,
): Result<ReadonlyMap<string, readonly Tensor[]>> {
  const { outputs, problems } = runAll(module, registry, constants, "f32");
  return problems.length > 0 ? fail(...problems) : ok(outputs);
}

/** What a value stands for; nothing, which differs from everything, where nobody knows. */
function numbersOf(value: RuntimeValue, registry: Registry, precision: Precision): Tensor {
  if (isDense(value)) return value;
  const numbers = registry.numbers(value.type)?.decode(value, precision);
  return numbers && !isMismatch(numbers) ? numbers : { shape: [-1], data: new Float32Array(0) };
}

/** The inputs that contracts are checked on; open extents are 3. */
export function seededInputs({ inputs }: FunctionType, precision: Precision): readonly Tensor[] {
  const random = seededRandom(SEED);
  return inputs.map((input) => randomInput(input, random, precision));
}

/** Gaussian floats; small non-negative integers, which are tokens and positions of any model. */
function randomInput(type: Type, random: () => number, precision: Precision): Tensor {
  const shape = type.kind === "tensor" ? type.shape.map((size) => (size === DYNAMIC ? EXTENT : size)) : [];
  const count = elementCount(shape);
  if (type.kind === "tensor" && type.element.kind === "integer")
    return type.element.width > 32
      ? { shape, data: BigInt64Array.from({ length: count }, (_, i) => BigInt(i % EXTENT)) }
      : {
          shape,
          data: Int32Array.from({ length: count }, (_, i) =>
            type.element.kind === "integer" && type.element.width === 1 ? i % 2 : i % EXTENT,
          ),
        };
  const numbers = Array.from({ length: count }, () => Math.fround(gaussian(random)));
  return { shape, data: precision === "f64" ? Float64Array.from(numbers) : Float32Array.from(numbers) };
}

/** Largest absolute difference over the largest absolute value; infinite where shapes or NaNs differ. */
export function relativeDifference(left: Tensor, right: Tensor | undefined): number {
  if (!right || left.shape.join() !== right.shape.join()) return Infinity;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < left.data.length; i++) {
    const [a, b] = [Number(left.data[i]), Number(right.data[i])];
    if (Object.is(a, b) || a === b) largest = Number.isFinite(a) ? Math.max(largest, Math.abs(a)) : largest;
    else if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
    else {
      difference = Math.max(difference, Math.abs(a - b));
      largest = Math.max(largest, Math.abs(a), Math.abs(b));
    }
  }
  return difference === 0 ? 0 : difference / largest;
}

/** The first value of a function that has the same name in both runs and another content. */
function partingOp(left: Run, right: Run, name: string): string | undefined {
  for (const [key, { op, tensor }] of left.values) {
    const other = right.values.get(key);
    if (key.startsWith(`${name}/`) && other && relativeDifference(tensor, other.tensor) > TOLERANCE_IN_REALS)
      return op;
  }
  return undefined;
}
