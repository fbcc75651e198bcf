/**
 * Lengths of a Huffman code for symbols that occur `counts` times, at most `cap` bits; 0 for symbols that do not
 * occur, 1 for a symbol that is alone. Where a code is too long, the rarest counts are taken as 1, two of them, then
 * three, …, until it is not. Ties go to the lower symbol. (Huffman, 1952; DFloat11, arXiv 2504.11651, for the cap)
 */
export function huffmanLengths(counts: readonly number[], cap: number): Uint8Array {
  const used = counts.flatMap((count, symbol) => (count > 0 ? [{ symbol, count }] : []));
  used.sort((one, other) => one.count - other.count || one.symbol - other.symbol);
  const lengths = new Uint8Array(counts.length);
  if (used.length === 1) lengths[used[0]!.symbol] = 1;
  if (used.length < 2) return lengths;
  if (used.length > 2 ** cap) throw new Error(`internal error: ${used.length} symbols in ${cap} bits`);
  for (let flattened = 0; ; flattened = Math.max(2, flattened + 1)) {
    const depths = treeDepths(used.map(({ count }, rank) => (rank < flattened ? 1 : count)));
    if (Math.max(...depths) > cap) continue;
    for (const [rank, { symbol }] of used.entries()) lengths[symbol] = depths[rank]!;
    return lengths;
  }
}

/** Depth of each leaf of the tree that joins the two lightest nodes again and again; weights ascend. */
function treeDepths(weights: readonly number[]): readonly number[] {
  const parent: number[] = [];
  const joined: number[] = [];
  let [leaf, inner] = [0, 0];
  const lightest = (): { readonly node: number; readonly weight: number } => {
    // Of equals a leaf, so that depths stay small.
    if (leaf < weights.length && (inner >= joined.length || weights[leaf]! <= joined[inner]!))
      return { node: leaf, weight: weights[leaf++]! };
    return { node: weights.length + inner, weight: joined[inner++]! };
  };
  while (joined.length < weights.length - 1) {
    const [one, other] = [lightest(), lightest()];
    parent[one.node] = parent[other.node] = weights.length + joined.length;
    joined.push(one.weight + other.weight);
  }
  const depth: number[] = [];
  depth[weights.length + joined.length - 1] = 0;
  for (let node = weights.length + joined.length - 2; node >= 0; node--)
    depth[node] = depth[parent[node]!]! + 1;
  return depth.slice(0, weights.length);
}

/** A canonical code: symbols by length, then by number, get ascending codes. */
interface CanonicalCode {
  /** Symbols in the order of their codes. */
  readonly symbols: readonly number[];
  /** By length: the first code, and the place of its symbol. */
  readonly firstCode: readonly number[];
  readonly firstPlace: readonly number[];
}

/** The canonical code of some lengths; undefined where they make no prefix code that uses up all bit strings. */
function canonicalCode(lengths: ArrayLike<number>): CanonicalCode | undefined {
  const all = Array.from(lengths, (length, symbol) => ({ length, symbol }));
  const used = all.filter(({ length }) => length > 0);
  used.sort((one, other) => one.length - other.length || one.symbol - other.symbol);
  const longest = used.at(-1)?.length ?? 0;
  const [firstCode, firstPlace]: [number[], number[]] = [[0], [0]];
  let [code, place] = [0, 0];
  for (let length = 1; length <= longest + 1; length++) {
    code *= 2;
    firstCode.push(code);
    firstPlace.push(place);
    const count = used.filter((entry) => entry.length === length).length;
    code += count;
    place += count;
  }
  // The last turn doubled the end of the longest codes, 2^longest where all bit strings are used. A symbol alone
  // leaves half of them.
  const complete = used.length < 2 || code === 2 ** (longest + 1);
  return complete ? { symbols: used.map(({ symbol }) => symbol), firstCode, firstPlace } : undefined;
}

/** The bits of symbols in the canonical code of `lengths`, the first bit of a code being the highest left in a byte. */
export function huffmanEncode(symbols: Uint8Array, lengths: Uint8Array): Uint8Array {
  const code = canonicalCode(lengths);
  if (!code) throw new Error("internal error: lengths that are no prefix code");
  const codes = new Float64Array(lengths.length);
  for (const [place, symbol] of code.symbols.entries()) {
    const length = lengths[symbol]!;
    codes[symbol] = code.firstCode[length]! + place - code.firstPlace[length]!;
  }
  let bits = 0;
  for (const symbol of symbols) bits += lengths[symbol]!;
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  let at = 0;
  for (const symbol of symbols)
    for (let rest = lengths[symbol]! - 1; rest >= 0; rest--, at++)
      if (Math.floor(codes[symbol]! / 2 ** rest) % 2 === 1)
        bytes[at >>> 3] = bytes[at >>> 3]! | (128 >>> (at & 7));
  return bytes;
}

/** The symbols huffmanEncode wrote; undefined where the lengths are no code or the bytes do not hold so many symbols. */
export function huffmanDecode(
  bytes: Uint8Array,
  lengths: ArrayLike<number>,
  count: number,
): Uint8Array | undefined {
  const code = canonicalCode(lengths);
  if (!code) return undefined;
  const { symbols, firstCode, firstPlace } = code;
  const decoded = new Uint8Array(count);
  const bits = bytes.length * 8;
  let at = 0;
  for (let index = 0; index < count; index++) {
    let [value, length, place] = [0, 0, -1];
    while (place < 0) {
      if (at >= bits || ++length >= firstCode.length) return undefined;
      value = value * 2 + ((bytes[at >>> 3]! >>> (7 - (at & 7))) & 1);
      at++;
      const offset = value - firstCode[length]!;
      const ofLength = (firstPlace[length + 1] ?? symbols.length) - firstPlace[length]!;
      if (offset < ofLength) place = firstPlace[length]! + offset;
    }
    decoded[index] = symbols[place]!;
  }
  return decoded;
}
