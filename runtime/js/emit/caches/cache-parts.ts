import type { Extent } from "../../artifact/program.ts";
import { mostWaiting } from "../../kernels/cache-rule.ts";
import { codeBytes } from "../../kernels/codes.ts";
import { known, scaled } from "../extents.ts";
import type { ValuePart } from "../value-form.ts";
import type { CacheType } from "./cache-type.ts";

/** The tensors of a cache, in the order in which they go in and out. */
export function cacheParts({ rule, groups, width, block, codes }: CacheType): readonly ValuePart[] {
  const size = groups * width;
  const bytes = codeBytes[codes.storage];
  const runs = Math.ceil(width / block.channels);
  const rounded = (of: readonly Extent[], per: number) =>
    ({ entries: of[0]!, ...rule, of: "rounded", per }) as const;
  const byBlock = {
    shape: (of: readonly Extent[]) => [rounded(of, block.entries), known(groups), known(runs)],
    room: (of: readonly Extent[]) => scaled(of[0]!, Math.ceil((groups * runs) / block.entries)),
  };
  return [
    {
      name: "codes",
      path: ["old", "codes"],
      ...heldCodes(codes),
      shape: (of) => [rounded(of, 1), known(groups), known(Math.min(width, width * bytes))],
      room: (of) => scaled(of[0]!, Math.min(size, size * bytes)),
    },
    { name: "scale", path: ["old", "scale"], element: "f32", ...byBlock },
    ...(codes.zero
      ? [{ name: "zero", path: ["old", "zero"], element: "i32", range: codes.zero, ...byBlock } as const]
      : []),
    ...(codes.shift ? [{ name: "shift", path: ["old", "shift"], element: "f32", ...byBlock } as const] : []),
    {
      name: "recent",
      path: ["recent"],
      element: "f32",
      shape: (of) => [{ entries: of[0]!, ...rule, of: "waiting", per: 1 }, known(groups), known(width)],
      room: () => known(mostWaiting(rule) * size),
    },
  ];
}

/** Any byte holds packed codes; of others some may be beyond the range. */
const heldCodes = ({
  storage,
  range,
}: CacheType["codes"]): Pick<ValuePart, "element" | "packed" | "range"> =>
  storage === "u4" || storage === "u2"
    ? { element: "u8", packed: 8 * codeBytes[storage] }
    : { element: storage, range };
