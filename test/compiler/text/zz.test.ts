import { it } from "vitest";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { registry, validExamples } from "./corpus.ts";
import { writeFileSync } from "node:fs";
it("x", () => { let s=""; for (const {path,text} of validExamples) { const m = parseModule(text, path, registry, {allowUnregistered:true}); if (m.ok) s += `==== ${path}\n${printModule(m.value, registry, "pretty")}`; }
writeFileSync("/tmp/out.txt", s); });
