import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate } from "../../../../runtime/js/artifact/program.ts";
import {
  add,
  elements,
  known,
  product,
  quotient,
  Symbols,
  scaled,
} from "../../../../runtime/js/emit/extents.ts";

const extent = fc.record({
  constant: fc.integer({ min: -9, max: 9 }),
  terms: fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 5 })), {
      selector: ([symbol]) => symbol,
    })
    .map((terms) => terms.toSorted(([a], [b]) => a - b)),
});
const values = [3, 5, 7, 11];

test("sums, multiples and quotients are those of the values", () => {
  fc.assert(
    fc.property(extent, extent, fc.integer({ min: 1, max: 6 }), (a, b, by) => {
      expect(evaluate(add(a, b), values)).toBe(evaluate(a, values) + evaluate(b, values));
      expect(evaluate(scaled(a, by), values)).toBe(evaluate(a, values) * by);
      expect(quotient(scaled(a, by), by)).toEqual(a);
    }),
  );
});

test("products of two open extents are no extents", () => {
  const symbols = new Symbols();
  const [rows, past] = [symbols.fresh("rows"), symbols.fresh("past")];
  expect(product(rows, past)).toBeUndefined();
  expect(elements([rows, known(4), known(2)])).toEqual(scaled(rows, 8));
});

test("equal extents become one, named after the first", () => {
  const symbols = new Symbols();
  const [tokens, positions, past] = [
    symbols.fresh("tokens"),
    symbols.fresh("positions"),
    symbols.fresh("past"),
  ];
  expect(symbols.unify(positions, tokens)).toBeUndefined();
  expect(symbols.unify(add(past, tokens), add(past, positions))).toBeUndefined();
  expect(symbols.describe(add(scaled(positions, 2), known(1)))).toBe("2·tokens + 1");
  expect(symbols.free).toEqual([0, 2]);
  expect(symbols.unify(past, known(4))).toBeUndefined();
  expect(symbols.describe(past)).toBe("4");
  expect(symbols.unify(past, known(5))?.message).toBe("extents 4 and 5 must be equal");
});
