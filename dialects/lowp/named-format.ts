import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatName } from "../../compiler/ir/types.ts";
import { type FloatFormat, namedFloatFormats } from "../../compiler/numeric/float-format.ts";

const formats: Readonly<Partial<Record<FloatName, FloatFormat>>> = namedFloatFormats;

/** The format of a builtin float of at most 16 bits. */
export const namedFormat = (name: FloatName): FloatFormat =>
  formats[name] ?? unreachable(`${name} has at most 16 bits`);
