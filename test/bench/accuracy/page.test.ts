import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { page } from "../../../bench/accuracy/page.ts";
import { loadResults, type Results } from "../../../bench/accuracy/results.ts";
import { root } from "../../../bench/accuracy/root.ts";
import { type Row, rows } from "../../../bench/accuracy/rows.ts";

const results = loadResults();
const docs = join(root, "docs");

test("the page and its plots are what the results make; npm run accuracy -- --missing rewrites them", async () => {
  const files = await page(rows, results);
  for (const [name, text] of Object.entries(files)) expect(readFileSync(join(docs, name), "utf8")).toBe(text);
  const kept = readdirSync(docs).filter((name) => /^accuracy/.test(name));
  expect(kept.toSorted()).toEqual(Object.keys(files).toSorted());
});

test("every result belongs to a row, and no two rows share a name", () => {
  const titles = rows.map(({ model, name }) => `${model}: ${name}`);
  expect(new Set(titles).size).toBe(titles.length);
  const measured = Object.entries(results).flatMap(([model, figures]) =>
    Object.keys(figures).map((name) => `${model}: ${name}`),
  );
  expect(measured.filter((title) => !titles.includes(title))).toEqual([]);
});

const compared = rows.flatMap((row) => {
  const figures = results[row.model]?.[row.name];
  return figures && row.expected ? [{ row, figures, expected: row.expected }] : [];
});

test("there are figures to compare", () => {
  expect(compared.length).toBeGreaterThanOrEqual(34);
});

test.each(compared)("$row.model: $row.name loses what the reference does", ({ figures, expected }) => {
  const difference = figures.loss - expected.loss;
  expect(difference).toBeLessThanOrEqual(expected.tolerance);
  if (!expected.orBetter) expect(difference).toBeGreaterThanOrEqual(-expected.tolerance);
});

describe("a page of other results", () => {
  const row = (name: string, rest: Partial<Row> = {}): Row => ({
    model: "example",
    name,
    how: { type: "!lowp.q<i4>" },
    part: "weights",
    ...rest,
  });
  const made: Results = {
    example: {
      small: { bits: 2.5, loss: 1.5 },
      large: { bits: 4.5, loss: 1.2 },
      poor: { bits: 3, loss: 1.6 },
    },
  };

  it("names the best recipe of each size", async () => {
    const text = (await page([row("small"), row("large"), row("poor")], made))["accuracy.md"]!;
    expect(text).toContain("At most 4.5 bits: **large**");
    expect(text).toContain("At most 3.5 bits: **small**");
    expect(text).toContain("At most 2.6 bits: **small**");
  });

  it("shows pipelines, and differences from what was expected", async () => {
    const rows = [
      row("small", { how: { pipeline: "a|b" }, expected: { loss: 1.4, tolerance: 0.2, orBetter: false } }),
      row("large"),
    ];
    const text = (await page(rows, made))["accuracy.md"]!;
    expect(text).toContain("| small | `a\\|b` | 2.50 | 1.5000 | 1.4000 | 0.1000 |  |");
    expect(text).toContain("| large | `rtn` | 4.50 | 1.2000 | – |  | `!lowp.q<i4>` |");
  });

  it("leaves out what has no result, and models without any", async () => {
    const files = await page([row("small"), row("other"), row("x", { model: "shakespeare" })], made);
    expect(Object.keys(files)).toEqual(["accuracy.md", "accuracy-example.svg"]);
    expect(files["accuracy.md"]).not.toContain("| other |");
  });
});
