/** A finite number as it is written: digits · 10^exponent, without zeros at the end of the digits. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The shortest decimal that reads back as `value`, which is finite. */
function decimalOf(value: number): Decimal {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/0+$/, "");
  const dropped = whole.length + fraction.length - digits.length;
  if (digits === "" || digits === "-") return { digits: 0n, exponent: 0 };
  return { digits: BigInt(digits), exponent: Number(exponent) - fraction.length + dropped };
}

/** Sum of finite numbers as they are written in decimals, rounded once: three times 0.1 are 0.3 in any order. */
export function decimalSum(values: readonly number[]): number {
  const decimals = values.map(decimalOf);
  const least = decimals.reduce((low, { exponent }) => Math.min(low, exponent), 0);
  const sum = decimals.reduce(
    (total, { digits, exponent }) => total + digits * 10n ** BigInt(exponent - least),
    0n,
  );
  return Number(`${sum}e${least}`);
}

/** Largest integers that are added: their sums and differences stay exact in f64. */
const LARGEST_TOTAL = 2 ** 50;

/** Turns numbers of one unit into integers whose sums are exact in f64, and back. */
export interface Grid {
  /** Whether every number is a whole multiple of the unit; else each is rounded to the nearest. */
  readonly exact: boolean;
  toInteger(value: number): number;
  /** Largest integer whose value is at most `value`, which may be off the grid. */
  floor(value: number): number;
  toNumber(integer: number): number;
}

/**
 * The grid of some finite numbers, of which no sum exceeds `magnitude`. Where all are multiples of a power of ten,
 * 2^50 of which hold the magnitude, that power is the unit and integers are exact; else the unit is the least power
 * of two, 2^50 of which hold it.
 */
export function gridOf(values: readonly number[], magnitude: number): Grid {
  const nonzero = values.filter((value) => value !== 0).map(decimalOf);
  const least = nonzero.reduce((low, { exponent }) => Math.min(low, exponent), nonzero.length > 0 ? 400 : 0);
  // A hair of room, as the power of ten is rounded.
  return magnitude * 10 ** -least <= LARGEST_TOTAL * 0.999 ? decimalGrid(least) : binaryGrid(magnitude);
}

function decimalGrid(least: number): Grid {
  const floor = (value: number): number => {
    const { digits, exponent } = decimalOf(value);
    const shift = exponent - least;
    if (shift >= 0) return Number(digits * 10n ** BigInt(Math.min(shift, 400)));
    const unit = 10n ** BigInt(-shift);
    const quotient = digits / unit;
    return Number(digits < 0n && quotient * unit !== digits ? quotient - 1n : quotient);
  };
  return { exact: true, toInteger: floor, floor, toNumber: (integer) => Number(`${integer}e${least}`) };
}

function binaryGrid(magnitude: number): Grid {
  let unit = 2 ** -1022;
  while (unit * LARGEST_TOTAL < magnitude) unit *= 2;
  return {
    exact: false,
    // Half a unit either way is what rounding costs; which way a half goes does not matter.
    toInteger: (value) => Math.floor(value / unit + 0.5),
    floor: (value) => Math.floor(value / unit),
    toNumber: (integer) => integer * unit,
  };
}
