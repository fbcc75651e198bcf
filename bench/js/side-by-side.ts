import type { Activations } from "./cases.ts";
import type { PeerName } from "./peers.ts";
import type { Row } from "./results.ts";

/** One case of narrow's, with the same op of its peers where they ran it. */
export interface Compared {
  readonly narrow: Row;
  readonly peers: Readonly<Partial<Record<PeerName, Row>>>;
}

/** What of a peer stands beside inputs of narrow's: none has 14 bits, so these are compared with floats. */
const counterpart: Readonly<Record<Activations, Activations>> = { f32: "f32", i8: "i8", i14: "f32" };

/** Rows of narrow's in their order, each with its peers'. */
export const sideBySide = (rows: readonly Row[]): readonly Compared[] =>
  rows.flatMap((narrow): readonly Compared[] => {
    if (narrow.backend !== "narrow") return [];
    const others = rows.filter(
      (row) =>
        row.backend !== "narrow" &&
        row.shape === narrow.shape &&
        row.format === narrow.format &&
        row.activations === counterpart[narrow.activations],
    );
    return [{ narrow, peers: Object.fromEntries(others.map((row) => [row.backend, row])) }];
  });

/** How many times as long the peer takes; more than 1 where narrow is faster. */
export const timesAsFast = (narrow: Row, peer: Row): number => peer.ms / narrow.ms;

/** What all that is printed says of a case, by column, in order. */
export const columns = [
  "M×K×N",
  "weights",
  "inputs",
  "ms",
  "GF/s",
  "GB/s",
  "error",
  "onnxruntime-web ms",
  "ratio",
  "onnxruntime-node ms",
  "ratio",
] as const;

/** The cells of a case under `columns`; ratios are times of the peer over those of narrow. */
export const cells = ({ narrow, peers }: Compared): readonly string[] => [
  narrow.shape,
  narrow.format,
  narrow.activations,
  milliseconds(narrow.ms),
  narrow.gflops.toFixed(1),
  narrow.gbps.toFixed(1),
  narrow.error.toExponential(1),
  ...peerCells(narrow, peers["onnxruntime-web"]),
  ...peerCells(narrow, peers["onnxruntime-node"]),
];

const peerCells = (narrow: Row, peer: Row | undefined): readonly string[] =>
  peer ? [milliseconds(peer.ms), times(timesAsFast(narrow, peer))] : ["–", "–"];

/** Three digits are more than runs agree in. */
export const milliseconds = (value: number): string => String(Number(value.toPrecision(3)));
export const times = (ratio: number): string => `${Number(ratio.toPrecision(ratio < 1 ? 2 : 3))}×`;
