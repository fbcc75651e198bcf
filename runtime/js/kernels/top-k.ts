import {
  type Expression,
  extract,
  f64,
  i32,
  i64,
  type Local,
  op,
  select,
  sum,
} from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";

/** What is kept of rows of `width` elements: the `count` worth most, 1 ≤ count ≤ width. */
export interface RowTopK {
  readonly width: number;
  readonly count: number;
  /** Whether a magnitude is worth as much as a factor of its column says. */
  readonly weighted: boolean;
}

/** Bytes that a thread needs at `workspace`. */
export const topKWorkspace = ({ width, weighted }: RowTopK): number =>
  weighted ? 16 * Math.ceil(width / 2) : 16 * Math.ceil(width / 4);

/**
 * Keeps the numbers of every row that are worth most, of equal ones the first; the others become 0. Parameters: `input`
 * and `output`, which may be the same, [rows, width] f32; `factors` [width] f32, where weighted; `workspace`. A unit of
 * work is a row. Worth is |x|, or |x| · factor, which f64 holds exactly; a NaN is worth as much as infinity.
 */
export function rowTopK(shape: RowTopK): Kernel {
  const { width, count, weighted } = shape;
  const order = weighted ? wideOrder : narrowOrder;
  return defineKernel({
    name: `top_${count}_of_${width}${weighted ? "_weighted" : ""}`,
    parameters: ["input", "output", ...(weighted ? (["factors"] as const) : []), "workspace"],
    build(f, parameters) {
      const { input, output, workspace, begin, end } = parameters;
      const { bytes, lane } = order;
      const padded = Math.ceil((width * bytes) / 16) * 16;
      f.for(begin, end, 1, (row) => {
        const first = f.let(op("i32.mul", row, 4 * width));
        f.for(0, width, 1, (column) => {
          const four = op("i32.shl", column, 2);
          const x = op("f32.abs", load("f32.load", sum(input, first, four)));
          const factor =
            "factors" in parameters ? load("f32.load", sum(parameters.factors!, four)) : undefined;
          f.store(`${lane}.store`, worthAt(order, workspace, column), order.worth(f, x, factor));
        });
        for (let place = width * bytes; place < padded; place += bytes)
          f.store(`${lane}.store`, workspace, order.least, place);
        const bound = leastKept(f, order, { workspace, padded, count });
        const above = countWhere(f, order, { workspace, padded }, "gt_s", bound);
        const left = f.let(op("i32.sub", count, above));
        f.for(0, width, 1, (column) => {
          const place = f.let(sum(first, op("i32.shl", column, 2)));
          const worth = f.let(load(`${lane}.load`, worthAt(order, workspace, column)));
          const isEqual = f.let(op(`${lane}.eq`, worth, bound));
          const fits = op("i32.and", isEqual, op("i32.gt_s", left, 0));
          const isKept = op("i32.or", op(`${lane}.gt_s`, worth, bound), fits);
          const bits = select(load("i32.load", sum(input, place)), i32(0), isKept);
          f.store("i32.store", sum(output, place), bits);
          f.set(left, op("i32.sub", left, isEqual));
        });
      });
    },
  });
}

/** Worth as integers of the same order. */
interface Order {
  readonly bytes: 4 | 8;
  readonly lane: "i32" | "i64";
  readonly lanes: "i32x4" | "i64x2";
  /** What nothing is worth: below all. */
  readonly least: Expression;
  readonly zero: Expression;
  /** The highest bit but for the sign. */
  readonly highest: Expression;
  worth(f: FunctionBuilder, magnitude: Expression, factor: Expression | undefined): Expression;
}

/** Bits of a float that is not negative rise with it. */
const narrowOrder: Order = {
  bytes: 4,
  lane: "i32",
  lanes: "i32x4",
  least: i32(-(2 ** 31)),
  zero: i32(0),
  highest: i32(2 ** 30),
  worth(f, magnitude) {
    const bits = f.let(op("i32.reinterpret_f32", magnitude));
    return select(bits, i32(INFINITE), op("i32.lt_s", bits, INFINITE));
  },
};
const INFINITE = 0x7f800000;

/** Those of negative ones fall, until all but the sign are turned. */
const wideOrder: Order = {
  bytes: 8,
  lane: "i64",
  lanes: "i64x2",
  least: i64(-(2n ** 63n)),
  zero: i64(0),
  highest: i64(2n ** 62n),
  worth(f, magnitude, factor = magnitude) {
    const exact = op("f64.mul", op("f64.promote_f32", magnitude), op("f64.promote_f32", factor));
    // A zero of either sign is worth the same.
    const value = f.let(op("f64.add", exact, f64(0)));
    const bits = f.let(op("i64.reinterpret_f64", value));
    const turned = op("i64.shr_u", op("i64.shr_s", bits, i64(63)), i64(1));
    return select(op("i64.xor", bits, turned), i64(0x7ff0000000000000n), op("f64.eq", value, value));
  },
};

const worthAt = ({ bytes }: Order, workspace: Expression, column: Expression): Expression =>
  sum(workspace, op("i32.shl", column, Math.log2(bytes)));

interface Worths {
  readonly workspace: Expression;
  /** Bytes of them, up to whole vectors. */
  readonly padded: number;
}

/** The largest integer that `count` are not below: bit by bit, from the sign. */
function leastKept(
  f: FunctionBuilder,
  order: Order,
  { count, ...worths }: Worths & { readonly count: number },
): Local {
  const { lane } = order;
  const bound = f.let(order.least);
  const tried = f.let(order.zero);
  const reaches = () => op("i32.ge_s", countWhere(f, order, worths, "ge_s", tried), count);
  f.if(reaches(), () => f.set(bound, tried));
  const bit = f.let(order.highest);
  f.while(op(`${lane}.ne`, bit, order.zero), () => {
    f.set(tried, op(`${lane}.or`, bound, bit));
    f.if(reaches(), () => f.set(bound, tried));
    f.set(bit, op(`${lane}.shr_u`, bit, lane === "i32" ? i32(1) : i64(1)));
  });
  return bound;
}

/** How many are above, or not below, a bound. */
function countWhere(
  f: FunctionBuilder,
  { lane, lanes }: Order,
  { workspace, padded }: Worths,
  relation: "gt_s" | "ge_s",
  bound: Local,
): Local {
  const bounds = f.let(op(`${lanes}.splat`, bound));
  const negated = f.let(op(`${lanes}.splat`, lane === "i32" ? i32(0) : i64(0)));
  f.for(0, padded, 16, (place) => {
    const holds = op(`${lanes}.${relation}`, load("v128.load", sum(workspace, place)), bounds);
    f.set(negated, op(`${lanes}.add`, negated, holds));
  });
  const one = (at: number) => {
    const counted = extract(`${lanes}.extract_lane`, negated, at);
    return lane === "i32" ? counted : op("i32.wrap_i64", counted);
  };
  const all = lane === "i32" ? sum(one(0), one(1), one(2), one(3)) : sum(one(0), one(1));
  return f.let(op("i32.sub", 0, all));
}
