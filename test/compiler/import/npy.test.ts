import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readNpy } from "../../../compiler/import/npy/read.ts";
import { codesOf, expectValue, problemsOf, temporaryFolder, writeParts } from "./files.ts";

const folder = temporaryFolder();

const headerText = (descr: string, shape: string, order = "False"): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

function fileOf(name: string, text: string, data: Uint8Array = new Uint8Array(), major = 1): string {
  const length = new Uint8Array(major === 1 ? 2 : 4);
  length[0] = text.length;
  return writeParts(
    join(folder, name),
    Uint8Array.of(0x93),
    "NUMPY",
    Uint8Array.of(major, 0),
    length,
    text,
    data,
  );
}

const bytesOf = (array: Int16Array | Uint16Array | Int8Array): Uint8Array => new Uint8Array(array.buffer);

describe("readNpy", () => {
  test("widens narrow integers with their sign", () => {
    const read = (descr: string, array: Int16Array | Uint16Array | Int8Array) =>
      expectValue(readNpy(fileOf("narrow.npy", headerText(descr, "(2,)"), bytesOf(array)))).data;
    expect(read("<i2", Int16Array.of(-3, 5))).toEqual(Int32Array.of(-3, 5));
    expect(read("<u2", Uint16Array.of(65535, 5))).toEqual(Int32Array.of(65535, 5));
    expect(read("|i1", Int8Array.of(-1, 5))).toEqual(Int32Array.of(-1, 5));
    expect(read("|u1", Int8Array.of(-1, 5))).toEqual(Int32Array.of(255, 5));
    expect(read("|b1", Int8Array.of(1, 0))).toEqual(Int32Array.of(1, 0));
  });

  test("reads version 2.0 and shapes of any rank", () => {
    const path = fileOf("second.npy", headerText("|u1", "(1, 2, 1)"), Uint8Array.of(4, 5), 2);
    expect(expectValue(readNpy(path))).toEqual({ shape: [1, 2, 1], data: Int32Array.of(4, 5) });
    expect(
      expectValue(readNpy(fileOf("scalar.npy", headerText("|u1", "()"), Uint8Array.of(9)))).shape,
    ).toEqual([]);
  });

  test("reports what it cannot read, naming the file", () => {
    const cases: readonly (readonly [string, string])[] = [
      [fileOf("fortran.npy", headerText("<f4", "(1,)", "True"), new Uint8Array(4)), "npy-header"],
      [fileOf("garbled.npy", "{'shape': 3}"), "npy-header"],
      [writeParts(join(folder, "text.npy"), "1, 2, 3 and more"), "npy-header"],
      [writeParts(join(folder, "empty.npy"), ""), "npy-header"],
      [fileOf("third.npy", headerText("<f4", "(0,)"), new Uint8Array(), 3), "npy-header"],
      [fileOf("half.npy", headerText("<f2", "(1,)"), new Uint8Array(2)), "npy-dtype"],
      [fileOf("big.npy", headerText(">f4", "(1,)"), new Uint8Array(4)), "npy-dtype"],
      [
        fileOf("record.npy", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"),
        "npy-dtype",
      ],
      [fileOf("short.npy", headerText("<f4", "(2, 2)"), new Uint8Array(12)), "npy-truncated"],
      [
        writeParts(join(folder, "cut.npy"), Uint8Array.of(0x93), "NUMPY", Uint8Array.of(1, 0, 99, 0), "{"),
        "npy-truncated",
      ],
      [
        writeParts(join(folder, "stub.npy"), Uint8Array.of(0x93), "NUMPY", Uint8Array.of(1, 0)),
        "npy-truncated",
      ],
      [fileOf("long.npy", headerText("<f4", "(1,)"), new Uint8Array(8)), "npy-length"],
      [join(folder, "absent.npy"), "file-not-found"],
    ];
    for (const [path, code] of cases) {
      expect(codesOf(readNpy(path)), path).toEqual([code]);
      expect(problemsOf(readNpy(path))[0]?.message).toContain(path);
      expect(problemsOf(readNpy(path))[0]?.hint).toBeDefined();
    }
  });
});
