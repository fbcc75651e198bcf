/** The candidate closest to `word` in edit distance, if it is close enough to be a likely typing error. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Longer lists help nobody. */
const MAX_LISTED = 20;
/** Enough of a longer list to show what its names look like. */
const SHOWN = 5;

/** `did you mean X?` when something is near, else the sorted list of what exists. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const close = nearest(word, candidates);
  if (close !== undefined) return `did you mean ${close}?`;
  if (candidates.length === 0) return "there are none";
  const sorted = candidates.toSorted();
  return candidates.length > MAX_LISTED
    ? `known, among ${candidates.length}: ${sorted.slice(0, SHOWN).join(", ")}, …`
    : `known: ${sorted.join(", ")}`;
}

/** Edit distance with neighbours swapped counting as one edit (optimal string alignment), cut off at `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= left.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = above[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const transposition = swapped ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(substitution, above[j]! + 1, row[j - 1]! + 1, transposition));
    }
    rows.push(row);
  }
  return rows[left.length]![right.length]!;
}
