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

/** Levenshtein distance, cut off at `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let previous = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = previous[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[right.length]!;
}
