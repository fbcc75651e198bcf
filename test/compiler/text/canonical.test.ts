import { expect, it } from "vitest";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { registry, validExamples } from "./corpus.ts";

const examples = validExamples
  .filter(({ path }) => path.includes("/canonical/"))
  .map(({ path, text }) => [path, text] as const);

it.each(examples)("prints %s as it stands", (path, text) => {
  const parsed = parseModule(text, path, registry, { allowUnregistered: true });
  expect(parsed.ok && printModule(parsed.value, registry)).toBe(text);
});

it.each([
  ["0x7C00 : f16", "too many digits are dropped", "0x10007C00 : f16"],
  ["1.5 : f16", "bits of a number become the number", "0x3E00 : f16"],
  ["-2.0 : f32", "bits of a number become the number", "0xC0000000 : f32"],
  ['"é"', "escaped UTF-8 becomes text", '"\\C3\\A9"'],
  ['"é"', "bytes that are no UTF-8 become one character each", '"\\E9"'],
])("prints %s: %s in %s", (printed, _, written) => {
  const text = (attribute: string) => `"test.op"() {a = ${attribute}} : () -> ()\n`;
  const parsed = parseModule(text(written), "test.mlir", registry, { allowUnregistered: true });
  expect(parsed.ok && printModule(parsed.value, registry)).toBe(text(printed));
});

it("refuses a number too large for its type", () => {
  const text = '"test.op"() {a = 1.0e39 : f32} : () -> ()';
  const parsed = parseModule(text, "test.mlir", registry, { allowUnregistered: true });
  expect(parsed.ok ? [] : parsed.diagnostics.map(({ message }) => message)).toEqual([
    "1.0e39 is too large for f32",
  ]);
});
