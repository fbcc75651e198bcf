import { seededNumbers } from "../synthetic-model.ts";
import { type Format, operationsOf, type Shape, shapeName } from "./cases.ts";
import type { Settings } from "./compile-module.ts";
import { type Contender, narrowContender, peerContender } from "./contenders.ts";
import { linearModule } from "./narrow-linear.ts";
import type { Peer } from "./peers.ts";
import type { Backend, ProgramRow, Row } from "./results.ts";
import { timeInTurns } from "./timing.ts";

export interface Measured {
  readonly rows: readonly Row[];
  readonly programs: readonly ProgramRow[];
}

/** Measures one shape and format in turns: narrow and its peers, in all precisions of inputs. What cannot run fails. */
export async function measureLinear(
  shape: Shape,
  format: Format,
  peers: readonly Peer[],
  settings: Settings,
  fail: (what: string) => void,
): Promise<Measured> {
  const linear = await linearModule(shape, format);
  const input = seededNumbers(shape.rows * shape.depth, 2);
  const nameOf = (activations: string) => `${shapeName(shape)} ${format.name} by ${activations}`;
  const contenders: Contender[] = [];
  for (const activations of format.activations) {
    const add = async (backend: Backend, contender: Promise<Contender>) => {
      try {
        contenders.push(await contender);
      } catch (problem) {
        const [reason] = String(problem instanceof Error ? problem.message : problem).split("\n");
        fail(`${backend}, ${nameOf(activations)}: ${reason}`);
      }
    };
    const each = { shape, linear, activations, input };
    await add("narrow", narrowContender(each, settings));
    // Peers have no inputs of 14 bits.
    for (const peer of activations === "i14" ? [] : peers) await add(peer.name, peerContender(peer, each));
  }
  const times = await timeInTurns(contenders.map(({ call }) => call));
  for (const { release } of contenders) await release();
  const rows = contenders.map(({ backend, activations, weightBytes, error }, i): Row => {
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
      error: Number(error.toPrecision(3)),
    };
  });
  const programs = contenders.flatMap(({ activations, cost }) =>
    cost ? [{ name: nameOf(activations), ...cost }] : [],
  );
  return { rows, programs };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
