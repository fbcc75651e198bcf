import { defineDialect } from "../../compiler/define/dialect.ts";
import { dcast, qcast, scast } from "./ops.ts";
import { any, calibrated, quantile, uniform } from "./types.ts";

export const quant = defineDialect({
  name: "quant",
  summary: "MLIR's quantized types, word for word, for interchange with other tools.",
  ops: [qcast, dcast, scast],
  types: [any, calibrated, uniform, quantile],
});
