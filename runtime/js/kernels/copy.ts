import { i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";

/** One axis of a copy: how many elements it has, and how far apart they are in source and target, in elements. */
export interface CopyAxis {
  readonly extent: number;
  readonly source: number;
  readonly target: number;
}

/** What a copy is specialised to. */
export interface CopyForm {
  /** Bytes of an element. */
  readonly bytes: 1 | 2 | 4;
  /** Axes other than the last. */
  readonly outer: number;
  /** The last axis: neighbours to neighbours, one element to neighbours, or any distances. */
  readonly inner: "run" | "repeat" | "strided";
}

/**
 * The same copy in as few axes as it can be said in: axes of one element go, and axes that together walk evenly through both
 * source and target are joined; at least one axis is left.
 */
export function simplifyCopy(axes: readonly CopyAxis[]): readonly CopyAxis[] {
  const kept: CopyAxis[] = [];
  for (const axis of axes) {
    if (axis.extent === 1) continue;
    const last = kept.at(-1);
    const isEven =
      last && last.source === axis.source * axis.extent && last.target === axis.target * axis.extent;
    if (isEven) kept[kept.length - 1] = { ...axis, extent: last.extent * axis.extent };
    else kept.push(axis);
  }
  return kept.length > 0 ? kept : [{ extent: 1, source: 1, target: 1 }];
}

/** The form of a copy along some axes, of at least one. */
export function copyForm(bytes: CopyForm["bytes"], axes: readonly CopyAxis[]): CopyForm {
  const { source, target } = axes.at(-1)!;
  const inner = target !== 1 || source > 1 || source < 0 ? "strided" : source === 1 ? "run" : "repeat";
  return { bytes, outer: axes.length - 1, inner };
}

/** Values of the parameters that a copy's axes give. */
export function copyArguments(axes: readonly CopyAxis[]): Readonly<Record<string, number>> {
  const last = axes.at(-1)!;
  const inner = { inner: last.extent, innerSource: last.source, innerTarget: last.target };
  const outer = axes.slice(0, -1).flatMap(({ extent, source, target }, i): [string, number][] => [
    [`extent${i}`, extent],
    [`source${i}`, source],
    [`target${i}`, target],
  ]);
  return { ...inner, ...Object.fromEntries(outer) };
}

/** How many units of work a copy has: elements of all axes but the last. */
export const copyUnits = (axes: readonly CopyAxis[]): number =>
  axes.slice(0, -1).reduce((count, { extent }) => count * extent, 1);

/**
 * Moves elements as bits: transposed, sliced, joined, repeated, filled, by the distances of its axes. Parameters: `source`
 * and `target`, addresses of the first element of each, then those of `copyArguments`, in elements, all of which may
 * be dynamic. A unit of work is a row of the last axis. Source and target do not overlap.
 */
export function stridedCopy({ bytes, outer, inner: kind }: CopyForm): Kernel {
  const axes = Array.from({ length: outer }, (_, i) => i);
  return defineKernel({
    name: `copy_${8 * bytes}_${outer}_${kind}`,
    parameters: [
      ...(["source", "target", "inner", "innerSource", "innerTarget"] as const),
      ...axes.flatMap((i) => [`extent${i}`, `source${i}`, `target${i}`] as const),
    ],
    build(f, parameters) {
      const { begin, end, source, target, inner, innerSource, innerTarget } = parameters;
      f.for(begin, end, 1, (unit) => {
        const rest = f.let(unit);
        const [from, to] = [f.let(i32(0)), f.let(i32(0))];
        for (const i of axes.toReversed()) {
          const extent = parameters[`extent${i}`]!;
          const index = f.let(i === 0 ? rest : op("i32.rem_u", rest, extent));
          if (i > 0) f.set(rest, op("i32.div_u", rest, extent));
          f.advance(from, op("i32.mul", index, parameters[`source${i}`]!));
          f.advance(to, op("i32.mul", index, parameters[`target${i}`]!));
        }
        const row: CopyRow = {
          from: f.let(sum(source, op("i32.mul", from, bytes))),
          to: f.let(sum(target, op("i32.mul", to, bytes))),
          count: inner,
          bytes,
        };
        if (kind === "strided") copyStrided(f, row, innerSource, innerTarget);
        else copyEvenly(f, row, kind === "repeat");
      });
    },
  });
}

interface CopyRow {
  readonly from: Local;
  readonly to: Local;
  /** Elements. */
  readonly count: Local;
  readonly bytes: CopyForm["bytes"];
}

const scalarLoad = { 1: "i32.load8_u", 2: "i32.load16_u", 4: "i32.load" } as const;
const scalarStore = { 1: "i32.store8", 2: "i32.store16", 4: "i32.store" } as const;

function copyStrided(
  f: FunctionBuilder,
  { from, to, count, bytes }: CopyRow,
  sourceStep: Local,
  targetStep: Local,
): void {
  const [sourceBytes, targetBytes] = [sourceStep, targetStep].map((step) =>
    f.let(op("i32.mul", step, bytes)),
  );
  f.for(0, count, 1, () => {
    f.store(scalarStore[bytes], to, load(scalarLoad[bytes], from));
    f.advance(from, sourceBytes!);
    f.advance(to, targetBytes!);
  });
}

/** Sixteen bytes after sixteen, then what is left one by one. */
function copyEvenly(f: FunctionBuilder, { from, to, count, bytes }: CopyRow, isRepeated: boolean): void {
  const end = f.let(sum(to, op("i32.mul", count, bytes)));
  const whole = f.let(sum(to, op("i32.and", op("i32.mul", count, bytes), -16)));
  const splats = { 1: "v128.load8_splat", 2: "v128.load16_splat", 4: "v128.load32_splat" } as const;
  const repeated = isRepeated ? f.let(load(splats[bytes], from)) : undefined;
  f.while(op("i32.lt_u", to, whole), () => {
    f.store("v128.store", to, repeated ?? load("v128.load", from));
    f.advance(to, 16);
    if (!isRepeated) f.advance(from, 16);
  });
  f.while(op("i32.lt_u", to, end), () => {
    f.store(scalarStore[bytes], to, load(scalarLoad[bytes], from));
    f.advance(to, bytes);
    if (!isRepeated) f.advance(from, bytes);
  });
}
