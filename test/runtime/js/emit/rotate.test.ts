import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileTo, interpret, noise, sharedFolder } from "../artifact/compiled.ts";

const folder = sharedFolder();
const extents = ["--extent", "x=8", "--extent", "f=8"];

const definitions = `
  rot.def(@h2) {transform = #rot.hadamard<2, seed = 3>}
  rot.def(@h4) {transform = #rot.hadamard<4, seed = 4>}
  rot.def(@h12) {transform = #rot.hadamard<12>}
  rot.def(@random) {transform = #rot.random_orthogonal<6, seed = 5>}
  rot.def(@stretch) {transform = #rot.dense<2>, value = dense<[[2.0, 1.0], [0.0, 0.5]]> : tensor<2x2xf64>}
  rot.def(@kron) {transform = #rot.kronecker<@stretch, @random>}
  rot.def(@fast) {transform = #rot.kronecker<@h2, @h4>}
  rot.def(@nested) {transform = #rot.kronecker<@stretch, @fast>}
  rot.def(@both) {transform = #rot.product<@kron, @h12>}
`;

/** Channels of each, and of a transform within it. */
test.each([
  ["h2", 2],
  ["h4", 8],
  ["h12", 12],
  ["random", 6],
  ["kron", 12],
  ["kron", 24],
  ["fast", 8],
  ["nested", 16],
  ["both", 12],
])("@%s on %i channels is the interpreter's, forward and back, as it is and dual", async (name, channels) => {
  const frame = `tensor<?x3x${channels}xf32, #rot.frame<@${name} on 2>>`;
  const plain = `tensor<?x3x${channels}xf32>`;
  const file = `${name}-${channels}`;
  const module = join(folder, `${file}.mlir`);
  writeFileSync(
    module,
    `${definitions}
      func.func @main(%x: ${plain}, %f: ${frame}) -> (${frame}, ${plain}, ${frame}, ${plain}) {
        %a = rot.apply(@${name}, %x) {axis = 2} : ${frame}
        %b = rot.apply(@${name}, %f) {axis = 2, inverse = true} : ${plain}
        %c = rot.apply(@${name}, %x) {axis = 2, dual = true} : ${frame}
        %d = rot.apply(@${name}, %f) {axis = 2, inverse = true, dual = true} : ${plain}
        return %a, %b, %c, %d : ${frame}, ${plain}, ${frame}, ${plain}
      }`,
  );
  const compiled = await (await compileTo(folder, `${file}.mlir`, `${file}.js`, ...extents)).load();
  const [x, f] = [7, 8].map((seed) => ({ shape: [5, 3, channels], data: noise(15 * channels, seed) }));
  const expected = interpret(module, "main", [x!, f!]);
  const found = Object.values(compiled.run("main", { x: x!, f: f! }));
  expect(found).toHaveLength(4);
  for (const [i, { shape, data }] of found.entries()) {
    expect(shape).toEqual([5, 3, channels]);
    // Sums of up to 24 products in f32; the interpreter's are rounded once.
    for (const [at, value] of data.entries()) expect(value).toBeCloseTo(Number(expected[i]!.data[at]), 4);
  }
});
