import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { attend, historyOf } from "../../../dialects/kv/attend.ts";
import { packValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { sliceAxis } from "../../../dialects/lowp/regions.ts";
import { appendToRing } from "../../../dialects/lowp/ring.ts";
import { lowpType } from "../lowp/text.ts";

export function must<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

/** A cache of no entries, as wide as `like`; "float" is a dense one. */
export const emptyCache = (text: string, like: FloatTensor): CompositeValue | FloatTensor => {
  const none = sliceAxis(like, 0, 0, 0);
  return text === "float" ? none : must(quantize(none, lowpType(text)));
};

export interface Sequence {
  readonly query: FloatTensor;
  readonly keys: FloatTensor;
  readonly values: FloatTensor;
}

/** Attention over a sequence fed in pieces of the given lengths, from empty caches of two types. */
export function attendInPieces(
  sequence: Sequence,
  types: { readonly keys: string; readonly values: string },
  lengths: readonly number[],
): { readonly output: FloatTensor; readonly caches: readonly (CompositeValue | FloatTensor)[] } {
  let keys = emptyCache(types.keys, sequence.keys);
  let values = emptyCache(types.values, sequence.values);
  const outputs: FloatTensor[] = [];
  let start = 0;
  for (const length of lengths) {
    const [query, k, v] = [sequence.query, sequence.keys, sequence.values].map((each) =>
      sliceAxis(each, 0, start, length),
    ) as [FloatTensor, FloatTensor, FloatTensor];
    const seen = [must(historyOf(keys, k, "f32")), must(historyOf(values, v, "f32"))] as const;
    outputs.push(attend(query, ...seen, 1 / Math.sqrt(query.shape[2]!)));
    keys =
      "components" in keys ? must(appendToRing(keys, k)) : sliceAxis(sequence.keys, 0, 0, start + length);
    values =
      "components" in values
        ? must(appendToRing(values, v))
        : sliceAxis(sequence.values, 0, 0, start + length);
    start += length;
  }
  const [heads, width] = [sequence.query.shape[1]!, sequence.values.shape[2]!];
  const data = new Float32Array(start * heads * width);
  let filled = 0;
  for (const { data: rows } of outputs) {
    data.set(rows, filled);
    filled += rows.length;
  }
  return { output: { shape: [start, heads, width], data }, caches: [keys, values] };
}

/** What two results of attendInPieces have in common when they agree bit for bit, stored caches included. */
export const fingerprint = ({ output, caches }: ReturnType<typeof attendInPieces>): string =>
  [
    base64(output.data),
    ...caches.flatMap((cache) =>
      "components" in cache
        ? [...packValue(cache)].map(([path, bytes]) => `${path} ${base64(bytes)}`)
        : [base64(cache.data)],
    ),
  ].join("\n");

const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");

/** Gaussian queries, keys and values; `offsets` channels of every key head are shifted far from zero. */
export function sequenceOf(
  {
    length,
    heads,
    groups,
    width,
    offsets = 0,
    distance = 8,
  }: { length: number; heads: number; groups: number; width: number; offsets?: number; distance?: number },
  seed: number,
): Sequence {
  const random = seededRandom(seed);
  const draw = (count: number): FloatTensor => ({
    shape: [length, count, width],
    data: Float32Array.from({ length: length * count * width }, () => gaussian(random)),
  });
  const query = draw(heads);
  const keys = draw(groups);
  const shifts = Array.from(
    { length: groups * offsets },
    () => (random() < 0.5 ? -1 : 1) * distance * (1 + random()),
  );
  const shifted = keys.data.map((value, index) => {
    const channel = index % width;
    const group = Math.floor(index / width) % groups;
    return channel < offsets ? value + shifts[group * offsets + channel]! : value;
  });
  return { query, keys: { shape: keys.shape, data: shifted }, values: draw(groups) };
}
