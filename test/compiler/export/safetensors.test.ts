import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TensorToWrite, writeSafetensors } from "../../../compiler/export/safetensors/write.ts";
import {
  bitsOfDtype,
  byteLengthOf,
  isSafetensorsDtype,
  openSafetensors,
} from "../../../compiler/import/safetensors/read.ts";
import { expectValue, temporaryFolder } from "../import/files.ts";

const folder = temporaryFolder();
const path = join(folder, "model.safetensors");

const dtypes = Object.keys(bitsOfDtype).filter(isSafetensorsDtype);

const tensors = fc.uniqueArray(
  fc
    .record({
      name: fc
        .oneof(fc.string(), fc.constantFrom("1", "0", "__proto__", "ü", "a.b"))
        .filter((name) => name !== "__metadata__"),
      dtype: fc.constantFrom(...dtypes),
      shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
      seed: fc.nat({ max: 255 }),
    })
    // Elements of 4 and 6 bits must fill whole bytes.
    .map(({ shape, ...rest }) => ({ ...rest, shape: [...shape, 4] })),
  { selector: ({ name }) => name, maxLength: 6 },
);

const contentOf = ({
  dtype,
  shape,
  seed,
}: Pick<TensorToWrite, "dtype" | "shape"> & { readonly seed: number }) =>
  Uint8Array.from({ length: byteLengthOf(dtype, shape) }, (_, index) => (seed + 31 * index) % 256);

const byte = (name: string, value: number): TensorToWrite => ({
  name,
  dtype: "U8",
  shape: [1],
  bytes: () => Uint8Array.of(value),
});

describe("writeSafetensors", () => {
  test("writes what openSafetensors reads, whatever the order given", () => {
    const metadatas = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
    fc.assert(
      fc.property(tensors, metadatas, (content, metadata) => {
        const toWrite = content.map((tensor) => ({ ...tensor, bytes: () => contentOf(tensor) }));
        expectValue(writeSafetensors(path, toWrite, metadata));
        const first = readFileSync(path);
        const file = expectValue(openSafetensors(path));
        expect(new Map(Object.entries(file.metadata))).toEqual(new Map(Object.entries(metadata)));
        expect(file.tensors.size).toBe(content.length);
        for (const tensor of content) {
          expect(file.tensors.get(tensor.name)).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape });
          expect(file.read(tensor.name)).toEqual(contentOf(tensor));
        }
        file.close();
        expectValue(writeSafetensors(path, toWrite.toReversed(), metadata));
        expect(readFileSync(path).equals(first)).toBe(true);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test("sorts by name, pads the header with spaces to eight, and asks for bytes in turn", () => {
    const asked: string[] = [];
    const noting = (tensor: TensorToWrite): TensorToWrite => ({
      ...tensor,
      bytes() {
        asked.push(tensor.name);
        return tensor.bytes();
      },
    });
    expectValue(
      writeSafetensors(path, [byte("b", 2), byte("a", 1), byte("B", 3)].map(noting), { z: "1", y: "2" }),
    );
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(
      bytes
        .subarray(8, 8 + length)
        .toString()
        .trimEnd(),
    ).toBe(
      '{"__metadata__":{"y":"2","z":"1"},"B":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},' +
        '"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}',
    );
    expect([...bytes.subarray(8 + length)]).toEqual([3, 1, 2]);
    expect(asked).toEqual(["B", "a", "b"]);
  });

  test("takes a wrong length, a name twice and a reserved name as bugs, and keeps the old file", () => {
    writeFileSync(path, "old");
    const short = { ...byte("a", 1), shape: [2] };
    expect(() => writeSafetensors(path, [short])).toThrow("a: bytes() gave 1 bytes, its shape takes 2");
    expect(() => writeSafetensors(path, [byte("a", 1), byte("a", 2)])).toThrow(
      "two tensors to write are named a",
    );
    expect(() => writeSafetensors(path, [byte("__metadata__", 1)])).toThrow("not a name");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("reports a folder that does not exist", () => {
    const result = writeSafetensors(join(folder, "absent", "model.safetensors"), []);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: "write-folder" }] });
    expect(existsSync(join(folder, "absent"))).toBe(false);
  });
});
