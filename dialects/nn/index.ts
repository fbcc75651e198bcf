import { defineDialect } from "../../compiler/define/dialect.ts";
import { canonicalizations } from "./canonicalize.ts";
import { kernels } from "./kernels.ts";
import { constants } from "./materialize.ts";
import { ops } from "./ops.ts";

export const nn = defineDialect({
  name: "nn",
  summary:
    "Networks in floats: layers, elementwise and shape ops, with ONNX's semantics where ONNX has the op.",
  ops,
  kernels,
  canonicalizations,
  constants,
});
