import { defineDialect } from "../../compiler/define/dialect.ts";
import { rotAttributes } from "./attributes.ts";

export const rot = defineDialect({
  name: "rot",
  summary: "Frames: the basis a tensor's axes live in is part of its type.",
  attributes: rotAttributes,
});
