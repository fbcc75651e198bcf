import type { Activations, Shape } from "./cases.ts";
import type { ProgramCost, Settings } from "./compile-module.ts";
import { compileLinear, type LinearModule } from "./narrow-linear.ts";
import { onnxGraphs } from "./onnx-graphs.ts";
import type { Peer } from "./peers.ts";
import type { Backend } from "./results.ts";
import { relativeError } from "./weight.ts";

/** One backend's program for a case, which computes what it should, ready to be called. */
export interface Contender {
  readonly backend: Backend;
  readonly activations: Activations;
  readonly weightBytes: number;
  /** As `Row` has it. */
  readonly error: number;
  /** Of narrow's alone. */
  readonly cost?: ProgramCost;
  call(): unknown;
  release(): unknown;
}

/** A linear op, and inputs [rows, depth]. */
export interface Case {
  readonly shape: Shape;
  readonly linear: LinearModule;
  readonly activations: Activations;
  readonly input: Float32Array;
}

/** Farther from the exact result than any rounding of inputs brings it: another op was computed. */
const WRONG = 0.05;
// Not `error > WRONG`, which is also false of NaN.
const isRight = (error: number): boolean => error <= WRONG;
const wrong = (error: number): Error => new Error(`its outputs are off by ${error} of their norm`);

/** Compiles the case. Throws where it cannot be compiled, or computes something else. */
export async function narrowContender(
  { shape, linear, activations, input }: Case,
  settings: Settings,
): Promise<Contender> {
  const { model, cost } = await compileLinear(linear, activations, { ...settings, rows: shape.rows });
  const entry = model.entry("main");
  model.write(entry.inputs[0]!, input);
  const call = () => model.advance("main", [shape.rows]);
  call();
  const output = model.read(entry.outputs[0]!, [shape.rows]).data;
  const error = relativeError(linear.weight, input, output);
  if (!isRight(error)) throw wrong(error);
  const { weightBytes } = cost;
  return { backend: "narrow", activations, weightBytes, error, cost, call, release() {} };
}

/** The first program of the peer's that computes the case. Throws where none does. */
export async function peerContender(
  peer: Peer,
  { shape, linear: { weight }, activations, input }: Case,
): Promise<Contender> {
  let error = Number.NaN;
  for (const graph of onnxGraphs(shape, weight, activations)) {
    const program = await peer.load(graph, input);
    error = relativeError(weight, input, await program.run());
    const weightBytes = graph.initializers.reduce((sum, { data }) => sum + data.byteLength, 0);
    const call = () => program.run();
    const release = () => program.release();
    if (isRight(error)) return { backend: peer.name, activations, weightBytes, error, call, release };
    await release();
  }
  throw wrong(error);
}
