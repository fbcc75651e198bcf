import type { ValueAxis } from "../../compiler/define/axis-flow.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import {
  blockAt,
  forEachResult,
  type Module,
  type ValueId,
  valueAt,
  walk,
} from "../../compiler/ir/module.ts";

/**
 * The axes of all tensors of a module, numbered in program order, in sets that grow together. A set goes by its
 * first axis, so that nothing depends on the order in which sets were joined.
 */
export class AxisPlaces {
  readonly #first = new Map<ValueId, number>();
  readonly #places: ValueAxis[] = [];
  readonly #above: number[] = [];

  constructor(module: Module) {
    const add = (value: ValueId): void => {
      const { type } = valueAt(module, value);
      if (type.kind !== "tensor") return;
      this.#first.set(value, this.#places.length);
      for (const axis of type.shape.keys()) {
        this.#above.push(this.#places.length);
        this.#places.push({ value, axis });
      }
    };
    for (const op of walk(module)) {
      forEachResult(op, add);
      for (const region of op.regions)
        for (const block of region) blockAt(module, block).arguments.forEach(add);
    }
  }

  get all(): readonly ValueAxis[] {
    return this.#places;
  }

  /** The first axis of the set an axis is in. */
  rootOf({ value, axis }: ValueAxis): number {
    const first = this.#first.get(value) ?? unreachable(`no op of the module makes value ${value}`);
    let place = first + axis;
    while (this.#above[place] !== place) {
      // Halves the way for whoever comes next.
      this.#above[place] = this.#above[this.#above[place]!]!;
      place = this.#above[place]!;
    }
    return place;
  }

  /** Whether the two were apart. */
  join(left: ValueAxis, right: ValueAxis): boolean {
    const [one, other] = [this.rootOf(left), this.rootOf(right)];
    this.#above[Math.max(one, other)] = Math.min(one, other);
    return one !== other;
  }
}
