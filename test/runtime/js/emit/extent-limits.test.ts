import { expect, test } from "vitest";
import { idleLimits, limitOf } from "../../../../runtime/js/emit/extent-limits.ts";

test("a name itself goes before patterns, and patterns in order", () => {
  const limits = { "keys*": 1, keys1: 2, "*": 3 };
  expect(["keys0", "keys1", "keys", "tokens"].map((name) => limitOf(limits, name))).toEqual([1, 2, 1, 3]);
  expect(limitOf({ "keys*": 1 }, "tokens")).toBeUndefined();
  expect(limitOf({}, "toString")).toBeUndefined();
});

test.each([
  ["a*b", "ab", true],
  ["a*b", "axxb", true],
  ["a*b", "axbx", false],
  ["ab*ba", "aba", false],
  ["*a*a*", "a", false],
  ["*a*a*", "banana", true],
  ["x.0", "xy0", false],
  ["*", "", true],
])("%s fits %s: %s", (pattern, name, fits) => {
  expect(limitOf({ [pattern]: 1 }, name)).toBe(fits ? 1 : undefined);
});

test("what fits nothing is idle", () => {
  expect(idleLimits({ "keys*": 1, "values*": 2, tokens: 3 }, ["tokens", "keys0"])).toEqual(["values*"]);
});
