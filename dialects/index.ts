import type { Dialect } from "../compiler/define/dialect.ts";
import { builtin } from "./builtin/index.ts";
import { funcDialect } from "./func/index.ts";

/** Every dialect of the product. Deleting a folder means deleting its line here. */
export const allDialects: readonly Dialect[] = [builtin, funcDialect];
