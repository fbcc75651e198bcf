import { createRegistry } from "../../../compiler/define/dialect.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { builtin } from "../../../dialects/builtin/index.ts";
import { funcDialect } from "../../../dialects/func/index.ts";
import { quant } from "../../../dialects/quant/index.ts";

export const registry = createRegistry([builtin, funcDialect, quant], []);

export const parse = (text: string) => parseModule(text, "test.mlir", registry);

const declaration = (type: string): string => `func.func private @f(${type})`;

/** The type as printed after being parsed, or the messages of what is wrong with it. */
export function reprinted(type: string): string | readonly string[] {
  const parsed = parse(declaration(type));
  if (!parsed.ok) return parsed.diagnostics.map(({ message }) => message);
  return /@f\((.*)\)\n$/s.exec(printModule(parsed.value, registry))?.[1] ?? "";
}
