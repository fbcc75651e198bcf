import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";

/**
 * Symmetric circulant matrices A, B, C, D of order n and entries ±1 with A² + B² + C² + D² = 4 n I, by the first
 * (n + 1) / 2 entries of their first rows; the others mirror them. Found by going through all such rows, of 43 those
 * alone that multiplication of places by 6 leaves as they are, of 39 those that multiplication by 16 leaves (A) or
 * takes in turn (B to C to D). Here are the n whose 4 n Paley's constructions do not reach.
 */
const halfRows: Readonly<Record<number, readonly [string, string, string, string]>> = {
  23: ["++++-+---++-", "+-+-++----+-", "+--++-+--+++", "+-++++-+++--"],
  29: ["+--++----+-++++", "+-+++-+++--+-++", "+--+---+-+--+++", "++--++-+-++++--"],
  39: ["+---+---+-++-++----+", "+-++------++--+-+-++", "++--+++-+--++-+-----", "+---+--++++----+-+-+"],
  43: [
    "++---++++-+--+--++----",
    "++-++++++----+-+--++-+",
    "+---++--++++-+-+++-++-",
    "+++-+-++--+-+-++++-+--",
  ],
};

/** Which of the four matrices each block is, and its sign. */
const blocks = [
  [0, 1, 2, 3],
  [1, 0, 3, 2],
  [2, 3, 0, 1],
  [3, 2, 1, 0],
] as const;
const signs = [
  [1, 1, 1, 1],
  [-1, 1, -1, 1],
  [-1, 1, 1, -1],
  [-1, -1, 1, 1],
] as const;

/**
 * A Hadamard matrix of order 4 n, [[A, B, C, D], [-B, A, -D, C], [-C, D, A, -B], [-D, -C, B, A]]; undefined for
 * orders that are not in the table. (Williamson, Hadamard's determinant theorem and the sum of four squares, 1944)
 */
export function williamson(order: number): Int8Array | undefined {
  const n = order / 4;
  const halves = halfRows[n];
  if (!halves) return undefined;
  const rows = halves.map((half) => mirrored(half, n));
  const matrix = new Int8Array(order * order);
  for (let row = 0; row < order; row++)
    for (let column = 0; column < order; column++) {
      const [above, left] = [Math.floor(row / n), Math.floor(column / n)];
      const first = rows[blocks[above]![left]!] ?? unreachable("there are four");
      matrix[row * order + column] = signs[above]![left]! * first[(column - row + order) % n]!;
    }
  return matrix;
}

const mirrored = (half: string, n: number): Int8Array =>
  Int8Array.from({ length: n }, (_, at) => (half[Math.min(at, n - at)] === "+" ? 1 : -1));
