import { seededNumbers } from "../synthetic-model.ts";
import { type Activations, type Format, operationsOf, type Shape, shapeName } from "./cases.ts";
import type { Settings } from "./compile-module.ts";
import { compileLinear, linearModule } from "./narrow-linear.ts";
import { onnxGraph } from "./onnx-graphs.ts";
import type { Peer } from "./peers.ts";
import type { Backend, ProgramRow, Row } from "./results.ts";
import { timeInTurns } from "./timing.ts";
import { relativeError, type Weight } from "./weight.ts";

/** One backend's program for a case, ready to be called. */
interface Contender {
  readonly backend: Backend;
  readonly activations: Activations;
  readonly weightBytes: number;
  /** What a call gave before any was timed. */
  readonly output: Float32Array;
  call(): unknown;
  release(): unknown;
}

/** Farther from the exact result than any rounding of inputs brings it: another op was computed. */
const WRONG = 0.05;

export interface Measured {
  readonly rows: readonly Row[];
  readonly programs: readonly ProgramRow[];
}

/** Measures one shape and format in turns: narrow and its peers, in all precisions of inputs. Tells what cannot run. */
export async function measureLinear(
  shape: Shape,
  format: Format,
  peers: readonly Peer[],
  settings: Settings,
  tell: (problem: string) => void,
): Promise<Measured> {
  const { weight, ...linear } = await linearModule(shape, format);
  const input = seededNumbers(shape.rows * shape.depth, 2);
  const contenders: Contender[] = [];
  const programs: ProgramRow[] = [];
  const add = async (backend: Backend, activations: Activations, make: () => Promise<Contender>) => {
    try {
      contenders.push(checked(await make(), weight, input));
    } catch (problem) {
      const [reason] = String(problem instanceof Error ? problem.message : problem).split("\n");
      tell(`SKIPPED: ${backend}, ${shapeName(shape)} ${format.name} by ${activations}: ${reason}`);
    }
  };
  for (const activations of format.activations) {
    await add("narrow", activations, async () => {
      const { model, cost } = await compileLinear(linear, activations, { ...settings, rows: shape.rows });
      programs.push({ name: `${shapeName(shape)} ${format.name} by ${activations}`, ...cost });
      const [port] = model.entry("main").inputs;
      model.write(port!, input);
      const call = () => model.advance("main", [shape.rows]);
      call();
      const output = model.read(model.entry("main").outputs[0]!, [shape.rows]).data as Float32Array;
      return { backend: "narrow", activations, weightBytes: cost.weightBytes, output, call, release() {} };
    });
    // Peers have no inputs of 14 bits.
    for (const peer of activations === "i14" ? [] : peers)
      await add(peer.name, activations, () => peerContender(peer, shape, weight, activations, input));
  }
  const times = await timeInTurns(contenders.map(({ call }) => call));
  for (const { release } of contenders) await release();
  const rows = contenders.map(({ backend, activations, weightBytes, output }, i): Row => {
    const ms = times[i]!;
    return {
      backend,
      op: "linear",
      shape: shapeName(shape),
      format: format.name,
      activations,
      ms: rounded(ms, 4),
      gflops: rounded(operationsOf(shape) / ms / 1e6, 2),
      gbps: rounded(weightBytes / ms / 1e6, 2),
      error: Number(relativeError(weight, input, output).toPrecision(3)),
    };
  });
  return { rows, programs };
}

async function peerContender(
  peer: Peer,
  shape: Shape,
  weight: Weight,
  activations: Activations,
  input: Float32Array,
): Promise<Contender> {
  const graph = onnxGraph(shape, weight, activations);
  const program = await peer.load(graph, input);
  const weightBytes = graph.initializers.reduce((sum, { data }) => sum + data.byteLength, 0);
  const call = () => program.run();
  const release = () => program.release();
  return { backend: peer.name, activations, weightBytes, output: await call(), call, release };
}

/** A contender whose outputs are those of the op, or a throw. */
function checked(contender: Contender, weight: Weight, input: Float32Array): Contender {
  const error = relativeError(weight, input, contender.output);
  // Not `error > WRONG`, which NaN would pass.
  if (!(error <= WRONG)) throw new Error(`its outputs are off by ${error} of their norm`);
  return contender;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
