import type { Dialect } from "../compiler/define/dialect.ts";
import { builtin } from "./builtin/index.ts";
import { funcDialect } from "./func/index.ts";
import { js } from "./js/index.ts";
import { kv } from "./kv/index.ts";
import { lowp } from "./lowp/index.ts";
import { nn } from "./nn/index.ts";
import { quant } from "./quant/index.ts";
import { rot } from "./rot/index.ts";
import { sparse } from "./sparse/index.ts";

/** Every dialect of the product. Deleting a folder means deleting its line here. */
export const allDialects: readonly Dialect[] = [builtin, funcDialect, nn, lowp, rot, quant, kv, sparse, js];
