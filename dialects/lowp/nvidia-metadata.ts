/**
 * 2:4 as sparse tensor cores take it: per group a nibble i₀ | i₁ << 2, i₀ < i₁, four or eight groups to a word from the
 * least significant bits up, words [rows, groups / per word] in the order in which a warp loads them. (NVIDIA CUTLASS,
 * host_uncompress.h and host_reorder.h)
 */
export type MetadataWord = 16 | 32;

/** Groups of four whose nibbles a word holds. */
export const groupsPerWord = (word: MetadataWord): number => word / 4;

/** Rows that are permuted among each other. */
export const rowsPerTile = (word: MetadataWord): number => (word === 16 ? 32 : 16);

/** Where the word of a row and column of words is stored. A bijection on tiles of `rowsPerTile` rows and two columns. */
export function storedPlace(row: number, column: number, word: MetadataWord): readonly [number, number] {
  const tile = rowsPerTile(word);
  const moved = row - (row % tile) + (row % 8) * (tile / 8) + Math.floor((row % tile) / 8);
  // Of every two by two words the off-diagonal ones change places.
  if (moved % 2 === column % 2) return [moved, column];
  return moved % 2 === 0 ? [moved + 1, column - 1] : [moved - 1, column + 1];
}

/**
 * The two offsets of a group of which `needed` are not zero, at most two. A lone one below 3 goes with 3, a lone 3 with
 * 2, and no one at all is 0 and 1.
 */
export function groupOffsets(needed: readonly number[]): readonly [number, number] {
  const [first, second] = needed;
  if (first === undefined) return [0, 1];
  if (second !== undefined) return [first, second];
  return first < 3 ? [first, 3] : [2, 3];
}

/** Metadata i32[rows, columns / 4 / groups per word] of offsets by group, two for each, [rows, columns / 2]. */
export function toMetadata(offsets: Int32Array, rows: number, word: MetadataWord): Int32Array {
  const perWord = groupsPerWord(word);
  const width = offsets.length / 2 / perWord / rows;
  const words = new Int32Array(rows * width);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++) {
      const first = (row * width + column) * perWord * 2;
      let bits = 0;
      for (let index = 0; index < perWord * 2; index++) bits |= offsets[first + index]! << (2 * index);
      const [storedRow, storedColumn] = storedPlace(row, column, word);
      words[storedRow * width + storedColumn] = bits;
    }
  return words;
}

/** The offsets that `toMetadata` was given. */
export function fromMetadata(words: Int32Array, rows: number, word: MetadataWord): Int32Array {
  const perWord = groupsPerWord(word);
  const width = words.length / rows;
  const offsets = new Int32Array(words.length * perWord * 2);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++) {
      const [storedRow, storedColumn] = storedPlace(row, column, word);
      const bits = words[storedRow * width + storedColumn]!;
      const first = (row * width + column) * perWord * 2;
      for (let index = 0; index < perWord * 2; index++) offsets[first + index] = (bits >>> (2 * index)) & 3;
    }
  return offsets;
}
