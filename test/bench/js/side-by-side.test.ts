import { describe, expect, it } from "vitest";
import type { Row, Run } from "../../../bench/js/results.ts";
import { runKey, withRun } from "../../../bench/js/results.ts";
import { cells, columns, groupsOf, sideBySide, timesAsFast } from "../../../bench/js/side-by-side.ts";

const row = (rest: Partial<Row>): Row => ({
  backend: "narrow",
  op: "linear",
  shape: "1×64×64",
  format: "i4 g32",
  activations: "f32",
  ms: 2,
  gflops: 1,
  gbps: 1,
  error: 1e-7,
  ...rest,
});
const rows = [
  row({}),
  row({ activations: "i14", ms: 1 }),
  row({ activations: "i8", ms: 0.5 }),
  row({ backend: "onnxruntime-web", ms: 8 }),
  row({ backend: "onnxruntime-node", activations: "i8", ms: 0.25 }),
  row({ shape: "8×64×64", ms: 10 }),
  row({ backend: "onnxruntime-web", shape: "8×64×64", ms: 25 }),
];

it("puts beside each op what its peers do with the same inputs, and beside 14 bits what they do with floats", () => {
  const peers = sideBySide(rows).map(({ narrow, peers }) => [
    narrow.activations,
    peers["onnxruntime-web"]?.ms,
    peers["onnxruntime-node"]?.ms,
  ]);
  expect(peers).toEqual([
    ["f32", 8, undefined],
    ["i14", 8, undefined],
    ["i8", undefined, 0.25],
    ["f32", 25, undefined],
  ]);
});

it("gives ratios above 1 where narrow takes less time", () => {
  expect(timesAsFast(row({ ms: 2 }), row({ ms: 8 }))).toBe(4);
});

it("has a cell for each column, and says where a peer has no figure", () => {
  for (const each of sideBySide(rows)) expect(cells(each).length).toBe(columns.length);
  const [first = []] = sideBySide(rows).map(cells);
  expect(first.slice(-4)).toEqual(["8", "4×", "–", "–"]);
});

it("ranges over ops that are alike, one row of inputs apart from many", () => {
  expect(
    groupsOf([
      ...rows,
      row({ format: "i4 g128", ms: 4 }),
      row({ backend: "onnxruntime-web", format: "i4 g128", ms: 40 }),
    ]),
  ).toEqual([
    { name: "one row, 4-bit weights by floats", ranges: { "onnxruntime-web": [4, 10] } },
    { name: "one row, 4-bit weights by 8-bit inputs", ranges: { "onnxruntime-node": [0.5, 0.5] } },
    { name: "one row, 4-bit weights by 14-bit inputs", ranges: { "onnxruntime-web": [8, 8] } },
    { name: "many rows, 4-bit weights by floats", ranges: { "onnxruntime-web": [2.5, 2.5] } },
  ]);
});

describe("withRun", () => {
  const run = (node: string, relaxed: boolean, othersLoad = 0): Run => ({
    node,
    relaxed,
    processor: [],
    peers: {},
    streaming: {},
    othersLoad,
    rows: [],
    programs: [],
    languages: [],
    threads: [],
  });

  it("replaces the run of the same engine alone, and sorts what it keeps", () => {
    const [newer, older] = [run("24.1.0", true), run("20.1.0", false, 1)];
    const both = withRun(withRun({}, newer), older);
    expect(Object.keys(both)).toEqual(["Node 20", "Node 24, relaxed SIMD"]);
    const again = withRun(both, run("20.2.0", false, 2));
    expect(again).toEqual({ ...both, "Node 20": run("20.2.0", false, 2) });
  });

  it("tells engines apart by their major version and relaxed SIMD", () => {
    expect(runKey(run("20.1.0", true))).toBe("Node 20, relaxed SIMD");
  });
});
