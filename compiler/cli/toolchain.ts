import { allDialects } from "../../dialects/index.ts";
import { createRegistry } from "../define/dialect.ts";
import { genericPasses } from "../passes/index.ts";

/** What the product knows: the dialects with their ops, types, passes and recipes. */
export const registry = createRegistry(allDialects, genericPasses);
