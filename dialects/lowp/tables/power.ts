/**
 * f64[2^bits]: code c is q = c − 2^(bits − 1), and its value sign(q) · (|q| / Q)^(1 / exponent), Q = 2^(bits − 1) − 1.
 * Code 0 repeats the lowest value −1, so that the grid is symmetric; nothing is encoded as it. Exponent 1 is the
 * integers over Q. (PowerQuant, arXiv 2301.09858; NUPES, arXiv 2308.05600)
 */
export function powerGrid(bits: number, exponent: number): Float64Array {
  const most = 2 ** (bits - 1) - 1;
  return Float64Array.from({ length: 2 ** bits }, (_, code) => {
    const q = Math.max(code - most - 1, -most);
    return Math.sign(q) * (Math.abs(q) / most) ** (1 / exponent);
  });
}
