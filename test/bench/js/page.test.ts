import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { root } from "../../../bench/accuracy/root.ts";
import { type Activations, formats, shapeName, shapes } from "../../../bench/js/cases.ts";
import { performancePage } from "../../../bench/js/page.ts";
import { peerNames } from "../../../bench/js/peers.ts";
import { loadResults, type Run, runKey } from "../../../bench/js/results.ts";
import { sideBySide, timesAsFast } from "../../../bench/js/side-by-side.ts";

const results = loadResults();
const docs = join(root, "docs");

test("the page and its plots are what the results make; npm run bench:js rewrites them", async () => {
  const files = await performancePage(results);
  for (const [name, text] of Object.entries(files)) expect(readFileSync(join(docs, name), "utf8")).toBe(text);
  const kept = readdirSync(docs).filter((name) => /^performance/.test(name));
  expect(kept.toSorted()).toEqual(Object.keys(files).toSorted());
});

test("weights with zeros have a table once they are measured", async () => {
  const [key, run] = Object.entries(results)[0]!;
  const row = {
    ...{ shape: "1×64×32", format: "i8", zeros: 0.9, isTaken: true },
    dense: { milliseconds: 0.5, bytes: 8192 },
    sparse: { milliseconds: 0.25, bytes: 1024 },
  };
  const page = async (sparse: Run["sparse"]) => {
    const { sparse: _, ...others } = run;
    return (await performancePage({ [key]: sparse ? { ...others, sparse } : others }))["performance.md"]!;
  };
  const line = "| 1×64×32 | i8 | yes | 90 % | 0.5 | 0.25 | 2× | 0.13× |\n";
  expect(await page([row])).toContain(line);
  expect((await page([row])).replace(/\n### Weights with zeros\n[^#]*(?=\n###)/, "")).toBe(
    await page(undefined),
  );
});

test("there is a run without relaxed SIMD", () => {
  expect(Object.values(results).filter(({ relaxed }) => !relaxed).length).toBeGreaterThan(0);
});

/** What the rounding of inputs alone may do to sums of uniform numbers, with room. */
const mostError: Readonly<Record<Activations, number>> = { f32: 2e-6, i8: 1e-2, i14: 2e-4 };

describe.each(Object.entries(results))("%s", (key, run) => {
  it("is kept under its name", () => {
    expect(key).toBe(runKey(run));
  });

  it("has every case, and of the peers all but 14 bits", () => {
    const found = run.rows.map(({ backend, shape, format, activations }) =>
      [backend, shape, format, activations].join(),
    );
    const expected = shapes.flatMap((shape) =>
      formats.flatMap(({ name, activations }) =>
        activations.flatMap((inputs) =>
          ["narrow", ...(inputs === "i14" ? [] : peerNames)].map((backend) =>
            [backend, shapeName(shape), name, inputs].join(),
          ),
        ),
      ),
    );
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("is as near to exact sums as the inputs allow", () => {
    const far = run.rows.filter(({ activations, error }) => !(error <= mostError[activations]));
    expect(far).toEqual([]);
  });

  it("beats onnxruntime-web at 4-bit weights by ten times for one row of inputs, and throughout for many", () => {
    const few = sideBySide(run.rows).filter(({ narrow }) => narrow.format.startsWith("i4"));
    expect(few.length).toBeGreaterThan(0);
    for (const { narrow, peers } of few)
      expect(timesAsFast(narrow, peers["onnxruntime-web"]!)).toBeGreaterThan(
        narrow.shape.startsWith("1×") ? 10 : 1,
      );
  });

  it("multiplies one row of 14-bit inputs by 4-bit weights faster than floats, and as accurately to 2e-4", () => {
    const time = (format: string, shape: string, activations: Activations) =>
      run.rows.find(
        (row) =>
          row.backend === "narrow" &&
          row.format === format &&
          row.shape === shape &&
          row.activations === activations,
      )!.ms;
    const oneRow = shapes.filter(({ rows }) => rows === 1).map(shapeName);
    expect(oneRow.length).toBeGreaterThan(0);
    for (const shape of oneRow)
      for (const format of ["i4 g32", "i4 g128"])
        expect(time(format, shape, "i14")).toBeLessThan(time(format, shape, "f32"));
  });

  it("writes the interpreter's text, at least five times as fast", () => {
    expect(run.languages.length).toBeGreaterThanOrEqual(2);
    for (const { isSame, compiled, interpreter } of run.languages) {
      expect(isSame).toBe(true);
      expect(compiled / interpreter).toBeGreaterThan(5);
    }
  });
});

describe("a page of other results", () => {
  const run: Run = {
    node: "20.1.2",
    processor: ["avx2"],
    relaxed: false,
    peers: { "onnxruntime-web": "1.2.3" },
    streaming: { "64 MiB": 12.34 },
    othersLoad: 0.5,
    rows: [
      {
        backend: "narrow",
        op: "linear",
        shape: "1×4096×4096",
        format: "f32",
        activations: "f32",
        ms: 1.23456,
        gflops: 10,
        gbps: 20,
        error: 1e-7,
      },
    ],
    programs: [{ name: "P", compileMilliseconds: 12, scriptBytes: 3, weightBytes: 4, arenaBytes: 5 }],
    languages: [
      {
        model: "L",
        interpreter: 10,
        compiled: 25,
        tokens: 7,
        isSame: false,
        residentBytes: 2 ** 21,
        emptyBytes: 2 ** 20,
      },
    ],
    threads: [
      { shape: "S", format: "f32", activations: "f32", one: 2, two: 1, isValid: true },
      { shape: "T", format: "f32", activations: "f32", one: 2, two: 1, isValid: false },
    ],
  };

  it("tells what was measured, and what was not", async () => {
    const files = await performancePage({ "Node 20": run });
    const text = files["performance.md"]!;
    expect(Object.keys(files)).toEqual(["performance.md", "performance-gemv.svg"]);
    expect(text).toContain("Node 20.1.2, beside onnxruntime-web 1.2.3, on a processor with avx2.");
    expect(text).toContain("12.3 GB/s over 64 MiB");
    expect(text).toContain("| 1×4096×4096 | f32 | f32 | 1.23 | 10.0 | 20.0 | 1.0e-7 | – | – | – | – |");
    expect(text).toContain("| L | 25 | 10 | 2.5× | another | 2.0 | 1.0 |");
    expect(text).toContain("| S | f32 | f32 | 2 | 1 | 2× |");
    expect(text).toContain("| T | f32 | f32 | 2 | 1 | not valid |");
    expect(text).toContain("| P | 12 | 3 | 4 | 5 |");
  });

  it("shows every engine's kernels in the plots, but its peers once", async () => {
    const peer = { ...run.rows[0]!, backend: "onnxruntime-web" as const };
    const both = { "Node 20": { ...run, rows: [...run.rows, peer] }, "Node 24": { ...run, node: "24.1.2" } };
    const { "performance-gemv.svg": plot = "", "performance.md": text = "" } = await performancePage(both);
    for (const series of ["narrow, Node 20", "narrow, Node 24", "onnxruntime-web"])
      expect(plot.split(`>${series}<`).length).toBe(2);
    expect(text.split("### Programs").length).toBe(2);
  });
});
