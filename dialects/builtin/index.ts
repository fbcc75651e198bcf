import { defineDialect } from "../../compiler/define/dialect.ts";
import { module } from "./ops.ts";

export const builtin = defineDialect({
  name: "builtin",
  summary: "The module that holds everything.",
  ops: [module],
});
