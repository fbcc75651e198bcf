import type { AnyOp, AttributesOf, OperandsOf, ResultsOf } from "../define/op.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Attribute } from "../ir/attributes.ts";
import type { ResourceOrigin } from "../ir/constants.ts";
import {
  type Block,
  type BlockId,
  type Module,
  type Op,
  type OpId,
  ROOT_OP,
  type Slot,
  type Value,
  type ValueId,
} from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { constructOp, type ResultNames, type ResultTypes } from "./build.ts";

/** What may be said of a new op besides its operands and attributes. */
export interface BuildOptions {
  readonly resultTypes?: ResultTypes;
  /** Name hints by result slot, without sigil. */
  readonly names?: ResultNames;
  readonly regions?: readonly (readonly BlockId[])[];
}

/**
 * Writes a program from TypeScript: ops go to the end of the current block, in the order of the calls.
 *
 *     const builder = new ModuleBuilder();
 *     const { result } = builder.build(linear, { input, weight }, {}, { names: { result: "hidden" } });
 *     const module = builder.finish();
 */
export class ModuleBuilder {
  readonly #ops: Record<OpId, Op> = {};
  readonly #values: Record<ValueId, Value> = {};
  readonly #blocks: Record<BlockId, Block> = {};
  readonly #resources: Record<string, ResourceOrigin> = {};
  readonly #next = { op: 0, value: 0, block: 0 };
  readonly #extra: Readonly<Record<string, Attribute>>;
  /** Op lists of the blocks being written, innermost last. */
  readonly #open: OpId[][] = [[]];

  /** `extra`: discardable attributes of the module, such as which tokenizer its tokens come from. */
  constructor(extra: Readonly<Record<string, Attribute>> = {}) {
    this.#extra = extra;
  }

  typeOf(value: ValueId): Type {
    return (this.#values[value] ?? unreachable(`no value ${value}`)).type;
  }

  build<D extends AnyOp>(
    definition: D,
    operands: OperandsOf<D>,
    attributes: AttributesOf<D>,
    options: BuildOptions = {},
  ): ResultsOf<D> {
    const { op, values } = constructOp(
      {
        definition,
        operands: operands as Record<string, Slot>,
        attributes: attributes as Record<string, unknown>,
        span: undefined,
        ...options,
      },
      this.#next,
      (value) => this.typeOf(value),
    );
    this.#ops[op.id] = op;
    for (const value of values) this.#values[value.id] = value;
    this.#open.at(-1)!.push(op.id);
    return op.results as ResultsOf<D>;
  }

  /** Writes a block: `body` gets its arguments and builds its ops. The block belongs to the op it is then given to. */
  block(
    parameters: readonly { readonly name?: string; readonly type: Type }[],
    body: (values: readonly ValueId[]) => void,
  ): BlockId {
    const id = this.#next.block++ as BlockId;
    const values = parameters.map(({ name, type }): ValueId => {
      const value = this.#next.value++ as ValueId;
      this.#values[value] = { id: value, type, definedBy: undefined, ...(name !== undefined && { name }) };
      return value;
    });
    this.#open.push([]);
    body(values);
    this.#blocks[id] = { id, arguments: values, ops: this.#open.pop()! };
    return id;
  }

  resource(key: string, origin: ResourceOrigin): void {
    this.#resources[key] = origin;
  }

  finish(): Module {
    if (this.#open.length !== 1) unreachable("a block is still open");
    const id = this.#next.op++ as OpId;
    const block = this.#next.block++ as BlockId;
    this.#blocks[block] = { id: block, arguments: [], ops: this.#open[0]! };
    this.#ops[id] = {
      id,
      name: ROOT_OP,
      operands: {},
      attributes: { sym_name: undefined },
      results: {},
      regions: [[block]],
      successors: [],
      extra: this.#extra,
      location: undefined,
      span: undefined,
    };
    return {
      ops: this.#ops,
      values: this.#values,
      blocks: this.#blocks,
      root: id,
      aliases: [],
      resources: this.#resources,
      metadata: {},
      next: this.#next,
    };
  }
}
