import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type FactoredMatrix,
  packStream,
  unpackStream,
} from "../../../../../runtime/js/kernels/linear/sparse-stream.ts";
import { unitsOf, walkOver } from "../../../../../runtime/js/kernels/linear/sparse-walk.ts";
import { kinds, randomSparse, sparseCases } from "./sparse-cases.ts";

const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0);

test("steps and jumps add up to 0: a walk ends where it began", () => {
  fc.assert(
    fc.property(sparseCases, ({ share, seed, ...extents }) => {
      const weight = randomSparse(extents, share, "f32", seed);
      const { steps, jumps } = walkOver(weight, extents);
      expect(sum(steps) + sum(jumps)).toBe(0);
      expect(steps.every((step) => step >= 0)).toBe(true);
    }),
  );
});

test("units begin at multiples of four columns, at the channel where the walk is then", () => {
  fc.assert(
    fc.property(sparseCases, ({ share, seed, ...extents }) => {
      const weight = randomSparse(extents, share, "f32", seed);
      const { units, counts, steps, jumps } = walkOver(weight, extents);
      expect(units.length).toBe(unitsOf(extents.columns) + 1);
      expect(units[0]!.column).toBe(0);
      expect(units.at(-1)!.column).toBe(extents.columns);
      let channel = units[0]!.channel;
      let group = 0;
      const places = Array.from(counts, (count, column) => {
        const place = { column, group, channel };
        channel += sum(steps.subarray(4 * group, 4 * (group + Math.ceil(count / 4)))) + jumps[column]!;
        group += Math.ceil(count / 4);
        return place;
      });
      for (const [i, unit] of units.entries()) {
        if (unit.column === extents.columns) expect(unit.group).toBe(group);
        else expect(unit).toEqual(places[unit.column]);
        if (i > 0) expect(unit.column).toBeGreaterThanOrEqual(units[i - 1]!.column);
        if (unit.column !== extents.columns) expect(unit.column % 4).toBe(0);
      }
    }),
  );
});

test("units share groups of numbers out evenly, however they are spread", () => {
  for (const slope of [0, 8, 64, 512]) {
    const columns = 1023;
    // The first columns have many numbers, the last ones few.
    const counts = Array.from({ length: columns }, (_, column) =>
      Math.floor(512 / (1 + (slope * column) / 1024)),
    );
    const starts = new Int32Array(columns + 1);
    for (const [column, count] of counts.entries()) starts[column + 1] = starts[column]! + count;
    const places = Int32Array.from(counts.flatMap((count) => Array.from({ length: count }, (_, k) => k)));
    const { units } = walkOver({ starts, places }, { columns });
    const works = units.map(({ column, group }) => column + group);
    // Four columns, which are not parted, have at most 4 · (128 + 1) groups and columns.
    for (const [unit, work] of works.entries())
      expect(Math.abs(work - (works.at(-1)! * unit) / 128)).toBeLessThanOrEqual((4 * 129) / 2);
  }
});

test.each(kinds)("numbers held as %s are read back as they were packed", (kind) => {
  fc.assert(
    fc.property(sparseCases, ({ share, seed, ...extents }) => {
      const { element, ...weight } = randomSparse(extents, share, kind, seed);
      const packed = packStream({ ...weight, element }, extents);
      expect(unpackStream(packed, extents.columns)).toEqual({
        ...weight,
        factor: Math.fround(weight.factor),
      });
    }),
  );
});

test("zeros keep their signs, and NaN stays", () => {
  const edges = Float32Array.of(-0, Number.NaN, 0, Infinity, 1e-45, -3.4e38, 127, -128, 128, 0.5);
  for (const values of [edges, Float32Array.of(...Array(800).fill(-0), 1), Float32Array.of(0, -128, 127)]) {
    const weight: FactoredMatrix = {
      ...{ values, element: "f32", factor: 1 },
      starts: Int32Array.of(0, 0, values.length),
      places: Int32Array.from(values.keys()),
    };
    const packed = packStream(weight, { columns: 2, depth: values.length });
    expect(unpackStream(packed, 2).values).toEqual(values);
  }
});

test("takes one byte for the place of a number, and as many for it as it needs", () => {
  const extents = { columns: 512, depth: 1024 };
  const bytes = { f32: 5, f16: 3, bf16: 3, i8: 2, codes: 2 } as const;
  for (const kind of kinds) {
    const weight = randomSparse(extents, 0.2, kind);
    const count = weight.places.length;
    const size = packStream(weight, extents).bytes.length;
    // Columns have 8 bytes and fill up groups of four; units have 16, and codes a table.
    const rest = 512 * (8 + 4 * bytes[kind]) + 16 * 130 + 1024;
    expect(size).toBeGreaterThanOrEqual(bytes[kind] * count);
    expect(size).toBeLessThan(bytes[kind] * count + rest);
  }
});
