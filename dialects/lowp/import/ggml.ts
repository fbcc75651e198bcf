import type { CompositeValue, RuntimeValue } from "../../../compiler/define/kernel.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type BlockFormatName, iq4Values } from "../../../compiler/import/gguf/block-formats.ts";
import { type BlockTensor, readBlocks } from "../../../compiler/import/gguf/read-blocks.ts";
import { type FloatName, f16, integer } from "../../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { scaleShape } from "../blocks.ts";
import type { ElementFormat } from "../elements.ts";
import { quantized } from "../types.ts";
import type { ValueType } from "../value-type.ts";

const signed = (width: number): ElementFormat => ({ kind: "integer", type: integer(width) });
const unsigned = (width: number): ElementFormat => ({ kind: "integer", type: integer(width, "unsigned") });
const float = (name: FloatName): ValueType & { readonly kind: "float" } => ({ kind: "float", name });
const e2m1: ElementFormat = { kind: "float", type: float("f4E2M1FN") };

interface Format {
  readonly element: ElementFormat;
  readonly scale: ValueType;
  readonly pack?: string;
}

/** What the codes and scales of each encoding are; undefined for a table of values. */
const formats: Readonly<Record<BlockFormatName, Format | undefined>> = {
  q4_0: { element: signed(4), scale: f16 },
  q4_1: { element: unsigned(4), scale: f16 },
  q5_0: { element: signed(5), scale: f16 },
  q5_1: { element: unsigned(5), scale: f16 },
  q8_0: { element: signed(8), scale: f16 },
  iq4_nl: undefined,
  tq1_0: { element: { kind: "trit" }, scale: f16, pack: "trits" },
  tq2_0: { element: { kind: "trit" }, scale: f16 },
  mxfp4: { element: e2m1, scale: float("f8E8M0FNU") },
  nvfp4: { element: e2m1, scale: float("f8E4M3FN") },
  q1_0: { element: { kind: "bipolar", bits: 1 }, scale: f16 },
};

/**
 * The value whose packed rows ggml wrote: codes and scales as they are, in a `!lowp.q` with one block per scale along
 * the last axis; iq4_nl, a table, as the numbers themselves. dequantize gives ggml's numbers bit for bit.
 */
export function fromGgml(name: string, bytes: Uint8Array, shape: readonly number[]): Result<RuntimeValue> {
  const read = readBlocks(name, bytes);
  if (!read.ok) return read;
  const blocks = read.value;
  const count = elementCount(shape);
  if (blocks.codes.length !== count || (shape.at(-1) ?? 1) % blocks.group !== 0)
    return fail(
      error(
        "ggml-shape",
        `the bytes hold ${blocks.codes.length} elements in blocks of ${blocks.group}, which do not make up shape ${shape.join("x")}`,
      ),
    );
  const format = formats[name as BlockFormatName];
  if (!format) return ok(tableValues(blocks, shape));
  const wrong = blocks.codes.findIndex((code) => format.element.kind === "trit" && code > 1);
  if (wrong !== -1)
    return fail(error("ggml-code", `element ${wrong} has code ${blocks.codes[wrong]}, expected -1, 0 or 1`));
  return ok(compose(blocks, shape, format));
}

function compose(
  { codes, scales, shifts, group }: BlockTensor,
  shape: readonly number[],
  { element, scale, pack }: Format,
): CompositeValue {
  const block = shape.map((_, axis) => (axis === shape.length - 1 ? group : 1));
  const type = quantized.of({ element, block, scale, ...(shifts && { shift: f16 }), ...(pack && { pack }) });
  const blockShape = scaleShape(shape, block);
  return {
    shape,
    type,
    components: {
      codes: { shape, data: codes },
      scale: { shape: blockShape, data: scales },
      ...(shifts && { shift: { shape: blockShape, data: shifts } }),
    },
  };
}

function tableValues({ codes, scales, group }: BlockTensor, shape: readonly number[]): FloatTensor {
  const data = Float32Array.from(
    codes,
    (code, index) => iq4Values[code]! * scales[Math.floor(index / group)]!,
  );
  return { shape, data };
}
