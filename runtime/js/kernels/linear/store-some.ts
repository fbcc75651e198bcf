import { type Expression, type Local, op, shuffle } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";

/** Stores the first `count` lanes of two vectors of four side by side; all where there are at least 8. */
export function storeSome(
  f: FunctionBuilder,
  to: Local,
  [low, high]: readonly [Local, Local],
  count: Expression,
): void {
  const all = () => {
    f.store("v128.store", to, low);
    f.store("v128.store", to, high, 16);
  };
  const some = () => {
    const rest = f.let(low);
    const at = f.let(to);
    f.if(op("i32.and", count, 4), () => {
      f.store("v128.store", at, rest);
      f.advance(at, 16);
      f.set(rest, high);
    });
    f.if(op("i32.and", count, 2), () => {
      f.storeLane("v128.store64_lane", at, rest, 0);
      f.advance(at, 8);
      f.set(rest, shuffle(rest, rest, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]));
    });
    f.if(op("i32.and", count, 1), () => f.storeLane("v128.store32_lane", at, rest, 0));
  };
  f.if(op("i32.ge_s", count, 8), all, some);
}
