import { decodeF16, encodeF16 } from "../../compiler/numeric/half.ts";
import { seededRandom } from "../../compiler/numeric/random.ts";
import { areFew } from "../../runtime/js/emit/sparse-weights.ts";
import { assembleKernels, PAGE } from "../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../runtime/js/kernels/epilogue.ts";
import { denseLinear } from "../../runtime/js/kernels/linear/dense.ts";
import type { LinearForm } from "../../runtime/js/kernels/linear/form.ts";
import { sparseLinear } from "../../runtime/js/kernels/linear/sparse.ts";
import { seededNumbers } from "../synthetic-model.ts";
import { type Shape, shapeName } from "./cases.ts";
import type { Settings } from "./compile-module.ts";
import type { SparseRow } from "./results.ts";
import { timeInTurns } from "./timing.ts";

/** What these are called on the command line. */
export const SPARSE = "sparse";

const SHARES = [0.7, 0.75, 0.8, 0.9, 0.95] as const;

const toF16 = (weight: Float32Array): Float32Array => decodeF16(encodeF16(weight));
/** Integers from -127 to 127, of which none becomes 0. */
const toIntegers = (weight: Float32Array): Float32Array =>
  weight.map((each) => (each === 0 ? 0 : Math.round(127 * each) || 1));

/** How numbers that are not zero are held, and what all are held as where zeros are not left out. */
const heldAs = [
  { held: "f32", dense: "f32", round: (weight: Float32Array) => weight },
  { held: "i8", dense: "f32", round: toIntegers },
  { held: "f16", dense: "f16", round: toF16 },
] as const;

/** Times a linear op by kernels of all weights and of those that are not zero, in turns, at several shares of zeros. */
export async function measureSparse(shape: Shape, settings: Settings): Promise<readonly SparseRow[]> {
  const { rows, depth, columns } = shape;
  const input = seededNumbers(rows * depth, 2);
  const common = { columns, depth, epilogue: NO_EPILOGUE };
  const found: SparseRow[] = [];
  for (const zeros of SHARES) {
    const floats = weightsBut(zeros, columns * depth);
    const dense = [
      denseLinear({ ...common, weight: floats, element: "f32" }),
      denseLinear({ ...common, weight: toF16(floats), element: "f16" }),
    ];
    const few = heldAs.map(({ dense, round }) => ({
      ...nonZeros(round(floats), shape),
      element: dense,
      factor: 1,
    }));
    const forms = [...dense, ...few.map((weight) => sparseLinear({ ...common, weight }))];
    const times = await timeInTurns(forms.map((form) => callOf(form, input, shape, settings)));
    const measured = (i: number) => ({
      milliseconds: Number(times[i]!.toFixed(4)),
      bytes: forms[i]!.weight.length,
    });
    for (const [i, { held, dense }] of heldAs.entries())
      found.push({
        ...{ shape: shapeName(shape), format: held, zeros },
        isTaken: areFew(few[i]!.places.length, floats.length, held),
        dense: measured(dense === "f32" ? 0 : 1),
        sparse: measured(2 + i),
      });
  }
  return found;
}

/** Numbers from -1 to 1 of which a share, anywhere, is 0. */
function weightsBut(zeros: number, count: number): Float32Array {
  const random = seededRandom(3);
  return Float32Array.from({ length: count }, () => (random() < zeros ? 0 : 2 * random() - 1));
}

function nonZeros(weight: Float32Array, { depth, columns }: Shape) {
  const values = weight.filter((each) => each !== 0);
  const places = new Int32Array(values.length);
  const starts = new Int32Array(columns + 1);
  let found = 0;
  for (let index = 0; index < weight.length; index++) {
    if (weight[index] !== 0) places[found++] = index % depth;
    starts[Math.floor(index / depth) + 1] = found;
  }
  return { starts, places, values };
}

/** A call of a kernel on memory of its own. */
function callOf(
  { kernel, weight, units, workspace }: LinearForm,
  input: Float32Array,
  { rows, columns }: Shape,
  { relaxed }: Settings,
): () => void {
  let end = PAGE;
  const place = (bytes: number): number => {
    const at = end;
    // What is behind a buffer may be read.
    end = Math.ceil((end + bytes + 64) / 64) * 64;
    return at;
  };
  const at = {
    input: place(input.byteLength),
    weight: place(weight.length),
    output: place(4 * rows * columns),
    rows,
    workspace: place(workspace),
  };
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE), maximum: 65536 });
  new Float32Array(memory.buffer, at.input).set(input);
  new Uint8Array(memory.buffer, at.weight).set(weight);
  const module = new WebAssembly.Module(assembleKernels([kernel], { relaxed }));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports[kernel.name] as (...args: number[]) => void;
  const args = kernel.parameters.map((name) => at[name as keyof typeof at]);
  return () => run(...args, 0, units);
}
