import { expect, it } from "vitest";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { long, registry, validExamples } from "./corpus.ts";

/** Longer than this for a file of a few kilobytes means that some loop is not linear. */
const MAX_MILLISECONDS = 2000;
const RUNS = long ? 100_000 : 3000;

/** What makes parsers stumble: brackets, quotes, sigils, and characters no token starts with. */
const insertions = [
  '"',
  "<",
  ">",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  "->",
  ":",
  "::",
  "%",
  "^",
  "@",
  "#",
  "!",
  "\\",
  "//",
  "{-#",
  "#-}",
  "<{",
  "}>",
  "0x",
  "-",
  "1e",
  "\0",
  "\ud800",
  "é",
  "\n",
  "loc(",
  "dense<",
  "tensor<",
  "!quant.uniform<",
];

type Pick = (limit: number) => number;

const mutations: readonly ((text: string, pick: Pick) => string)[] = [
  function cut(text, pick) {
    const start = pick(text.length);
    return text.slice(0, start) + text.slice(start + 1 + pick(20));
  },
  function duplicate(text, pick) {
    const start = pick(text.length);
    const end = start + pick(40);
    return text.slice(0, end) + text.slice(start);
  },
  function swap(text, pick) {
    const [first = 0, second = 0, third = 0] = [pick(text.length), pick(text.length), pick(text.length)].sort(
      (a, b) => a - b,
    );
    return text.slice(0, first) + text.slice(second, third) + text.slice(first, second) + text.slice(third);
  },
  function insert(text, pick) {
    const at = pick(text.length);
    return text.slice(0, at) + insertions[pick(insertions.length)] + text.slice(at);
  },
  function repeat(text, pick) {
    const at = pick(text.length);
    return text.slice(0, at) + insertions[pick(insertions.length)]!.repeat(pick(300)) + text.slice(at);
  },
  function replace(text, pick) {
    const at = pick(text.length);
    return text.slice(0, at) + String.fromCharCode(pick(128)) + text.slice(at + 1);
  },
  function truncate(text, pick) {
    return text.slice(0, pick(text.length));
  },
];

function mutated(seed: number): string {
  const random = seededRandom(seed);
  const pick: Pick = (limit) => Math.floor(random() * limit);
  let { text } = validExamples[pick(validExamples.length)]!;
  for (let count = 1 + pick(4); count > 0; count--) text = mutations[pick(mutations.length)]!(text, pick);
  return text;
}

/** What went wrong with one text, if anything did. */
function failure(seed: number): string | undefined {
  const text = mutated(seed);
  const start = performance.now();
  try {
    parseModule(text, "mutated.mlir", registry, { allowUnregistered: true });
  } catch (thrown) {
    return `seed ${seed} throws ${thrown instanceof Error ? thrown.stack?.slice(0, 300) : thrown}\n${text}`;
  }
  const milliseconds = performance.now() - start;
  return milliseconds > MAX_MILLISECONDS ? `seed ${seed} takes ${milliseconds} ms\n${text}` : undefined;
}

it("answers any text with a result, and soon", { timeout: 3_600_000 }, () => {
  for (let seed = 0; seed < RUNS; seed++) expect(failure(seed)).toBeUndefined();
});
