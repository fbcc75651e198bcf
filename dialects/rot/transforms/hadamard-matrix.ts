import { williamson } from "./williamson.ts";

/**
 * A Hadamard matrix of order m, entries ±1, row-major, rows orthogonal; undefined where none of these constructions
 * gives one. m = q + 1 for a prime q ≡ 3 mod 4 (Paley's type I), m = 2 (q + 1) for q ≡ 1 mod 4 that is a prime or the
 * square of one (type II); 1 and 2 by hand; others of Williamson's. Doubled as often as wanted, they reach all
 * multiples of 4 up to 256 but 188 and 236. (Paley, On orthogonal matrices, 1933)
 */
export function hadamardMatrix(order: number): Int8Array | undefined {
  if (order === 1) return Int8Array.of(1);
  if (order === 2) return Int8Array.of(1, 1, 1, -1);
  if (isPrime(order - 1) && (order - 1) % 4 === 3) return firstPaley(order - 1);
  const half = order / 2 - 1;
  const isSecond = order % 2 === 0 && half % 4 === 1 && (isPrime(half) || isPrime(Math.sqrt(half)));
  return isSecond ? secondPaley(half) : williamson(order);
}

/** n = 2^k · m with the smallest m that has a Hadamard matrix; undefined where there is none. */
export function hadamardFactors(
  size: number,
): { readonly power: number; readonly order: number } | undefined {
  if (size < 1) return undefined;
  let order = size;
  let power = 1;
  while (order % 2 === 0) {
    order /= 2;
    power *= 2;
  }
  for (; power >= 1; power /= 2, order *= 2) if (hadamardMatrix(order) !== undefined) return { power, order };
  return undefined;
}

function isPrime(number: number): boolean {
  if (!Number.isInteger(number) || number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

/** 1 for squares modulo q, -1 for the others, 0 for 0. */
function quadraticCharacter(q: number): Int8Array {
  const character = new Int8Array(q).fill(-1);
  character[0] = 0;
  for (let root = 1; root < q; root++) character[(root * root) % q] = 1;
  return character;
}

/**
 * χ(x − y) for the elements of a field of q, which is a prime or, for an odd one p, p²: then a + b √r, r being no
 * square, is a square where its norm a² − r b² is one in the field of p.
 */
function differenceCharacter(q: number): (x: number, y: number) => number {
  if (isPrime(q)) {
    const character = quadraticCharacter(q);
    return (x, y) => character[(x - y + q) % q]!;
  }
  const p = Math.sqrt(q);
  const character = quadraticCharacter(p);
  const nonSquare = character.indexOf(-1);
  return (x, y) => {
    const a = (x % p) - (y % p);
    const b = Math.floor(x / p) - Math.floor(y / p);
    const norm = (a * a - nonSquare * b * b) % p;
    return character[(norm + p) % p]!;
  };
}

/** I + [[0, 1], [-1ᵀ, Q]], Q[i, j] = χ(i − j) being skew. */
function firstPaley(q: number): Int8Array {
  const character = quadraticCharacter(q);
  const order = q + 1;
  const matrix = new Int8Array(order * order);
  for (let row = 0; row < order; row++)
    for (let column = 0; column < order; column++) {
      const entry =
        row === 0 ? Number(column > 0) : column === 0 ? -1 : character[(((row - column) % q) + q) % q]!;
      matrix[row * order + column] = entry + Number(row === column);
    }
  return matrix;
}

/** C = [[0, 1], [1ᵀ, Q]] with Q symmetric; each entry ±1 of C becomes ±[[1, 1], [1, -1]], each 0 [[1, -1], [-1, -1]]. */
function secondPaley(q: number): Int8Array {
  const character = differenceCharacter(q);
  const order = 2 * (q + 1);
  const matrix = new Int8Array(order * order);
  for (let row = 0; row < order; row++)
    for (let column = 0; column < order; column++) {
      const [i, j] = [row >> 1, column >> 1];
      const entry = i === j ? 0 : i === 0 || j === 0 ? 1 : character(i - 1, j - 1);
      const [below, right] = [row & 1, column & 1];
      const block = entry === 0 ? (below + right === 0 ? 1 : -1) : entry * (below + right === 2 ? -1 : 1);
      matrix[row * order + column] = block;
    }
  return matrix;
}
