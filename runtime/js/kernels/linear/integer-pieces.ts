import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";

/** A part of the depth over which products of steps are summed in i32, without an end of a run inside. */
export interface Piece {
  readonly start: number;
  readonly length: number;
  /** Which run of the weight, and which of the activations, it lies in. */
  readonly weightRun: number;
  readonly activationRun: number;
  /** Whether a run of either side ends here, so that the sum so far is scaled. */
  readonly endsStretch: boolean;
}

export interface PieceLimits {
  readonly depth: number;
  readonly weightRun: number;
  readonly activationRun: number;
  /** Largest magnitude of a product of two steps. */
  readonly mostProduct: number;
  /** Most elements of a piece for other reasons. */
  readonly mostLength: number;
}

/**
 * The stretches between ends of runs of either side, in pieces of equal length (but the last of a stretch) whose sums
 * fit i32. Sums of whole stretches are added up in f64, so a stretch whose sum could pass 2^53 throws: with 16-bit
 * steps on both sides it has 2^23 elements.
 */
export function cutPieces({ depth, mostLength, mostProduct, ...runs }: PieceLimits): readonly Piece[] {
  const most = Math.max(1, Math.min(mostLength, Math.floor((2 ** 31 - 1) / Math.max(1, mostProduct))));
  const pieces: Piece[] = [];
  for (let start = 0; start < depth; ) {
    const weightRun = Math.floor(start / runs.weightRun);
    const activationRun = Math.floor(start / runs.activationRun);
    const end = Math.min(depth, (weightRun + 1) * runs.weightRun, (activationRun + 1) * runs.activationRun);
    if ((end - start) * mostProduct > Number.MAX_SAFE_INTEGER)
      return unreachable("sums of integer products are below 2^53");
    for (; start < end; start += most) {
      const length = Math.min(most, end - start);
      pieces.push({ start, length, weightRun, activationRun, endsStretch: start + length === end });
    }
    start = end;
  }
  return pieces;
}

/** Bytes of an entry of the table of pieces, and where its i32 fields are. */
export const PIECE_BYTES = 16;
export const PIECE = { start: 0, length: 4, activationRun: 8, endsStretch: 12 } as const;

/** The pieces as kernels read them: start, length, run of the activations, 1 at the end of a stretch or else 0. */
export const pieceTable = (pieces: readonly Piece[]): Int32Array =>
  Int32Array.from(
    pieces.flatMap(({ start, length, activationRun, endsStretch }) => [
      start,
      length,
      activationRun,
      Number(endsStretch),
    ]),
  );
