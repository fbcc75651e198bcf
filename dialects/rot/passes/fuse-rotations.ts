import { applied, type Outcome, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { isMismatch, type Mismatch, type OpOf } from "../../../compiler/define/op.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { definePattern } from "../../../compiler/define/pattern.ts";
import {
  type Diagnostic,
  error,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../../compiler/diagnostics/diagnostic.ts";
import { uses } from "../../../compiler/ir/analysis.ts";
import { type Attribute, stringAttribute, symbolAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type Op, opAt, valueAt, walk } from "../../../compiler/ir/module.ts";
import { lookupSymbol } from "../../../compiler/ir/symbols.ts";
import { same, type TensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { get } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter, type StoredAs } from "../../lowp/passes/dense-params.ts";
import { embedding } from "../../nn/ops/gather.ts";
import { inFrame } from "../frames.ts";
import { directionOf } from "../kernels.ts";
import { apply, def } from "../ops.ts";
import { readTransform } from "../read-transform.ts";
import { applyAlong } from "../transforms/apply-along.ts";
import type { Transform } from "../transforms/transform.ts";
import { storedAs, storedFloat } from "./stored-float.ts";
import { denseParam } from "./untie.ts";

type ApplyOp = OpOf<typeof apply>;

const behindAnother = "an input from rot.apply";
const undoesIt = "the same transform the other way round";

/** rot.apply(rot.apply(x, X), X⁻¹) = x, and the other way round. */
const undone = definePattern("undone", apply, [behindAnother, undoesIt], (op, rewriter) => {
  const before = rewriter.producer(op.operands.input, apply);
  if (!before) return rewriter.unmet(behindAnother, rewriter.describe(op.operands.input));
  const { inverse, ...rest } = op.attributes;
  const { inverse: other, ...those } = before.attributes;
  if (inverse !== other && same(rest, those)) return { output: before.operands.input };
  return rewriter.unmet(undoesIt, `@${before.attributes.by.join("::")}${other ? " back" : ""}`);
});

/**
 * Transforms of weights go into the weights: computed in f64, rounded once, the parameter then being in their frame.
 * A transform and its inverse in a row cancel. What maps values of the run stays, and with store = f64 what maps the
 * table of an embedding in f32, whose rows would be of f64.
 */
export const fuseRotations = definePass({
  name: "fuse-rotations",
  summary: "Takes transforms of weights into the weights, and cancels those that are undone at once.",
  options: { store: storedFloat },
  contract: { kind: "exactInReals", rewritesWeights: true },
  explains: "every rot.apply",
  run(module, { store }, context) {
    let current = applyPatterns(module, [undone], context);
    const transforms = new Map<string, Transform>();
    // One transform of each parameter a sweep: of several in a row, the first is the next one's parameter then.
    for (;;) {
      const fused = fuseOnce(current, storedAs(store), transforms, context);
      if (!fused.ok) return fused;
      if (fused.value === current) break;
      current = fused.value;
    }
    explainLeft(current, storedAs(store), context);
    if (current === module)
      context.report({
        severity: "warning",
        code: "no-effect",
        message: "no rot.apply maps a dense parameter, and none is undone",
        span: undefined,
        hint: "leave the pass out, or run rotate before it; rotate may have declined to",
      });
    return ok(current);
  },
});

function fuseOnce(
  module: Module,
  as: Partial<StoredAs>,
  transforms: Map<string, Transform>,
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  const problems: Diagnostic[] = [];
  const found = [...readsByParam(module)].filter(([, reads]) =>
    reads.some((read) => mapsOf(module, read).length > 0),
  );
  for (const [i, [name, reads]] of found.entries()) {
    const parameter = denseParam(module, name);
    if (!parameter || widensTable(module, reads, as)) continue;
    context.progress(i, found.length, name);
    const maps = reads.map((read) => mapsOf(module, read));
    const [first] = maps.flat();
    const other = reads.findIndex((read, at) => !isOnly(module, read, maps[at]!, first!));
    if (other !== -1) problems.push(twoFrames(module, parameter, first!, reads[other]!));
    else {
      const fused = fuse({ writer, as, module, context, transforms }, parameter, first!);
      if (!fused.ok) return fused;
      for (const each of maps.flat()) {
        explainFusion(module, each, applied(`into @${name}`), context);
        editor.replace(each.results.output, each.operands.input);
        editor.erase(each.id);
      }
    }
  }
  writer.finish();
  if (problems.length + writer.problems.length > 0) return fail(...problems, ...writer.problems);
  return ok(editor.commit());
}

const explainFusion = (module: Module, op: ApplyOp, outcome: Outcome, { explain }: PassContext): void =>
  explain?.({ ...siteOf(module, op), rule: "fuse", outcome });

/** Why what is left is left. */
function explainLeft(module: Module, as: Partial<StoredAs>, context: PassContext): void {
  if (!context.explain) return;
  const reads = readsByParam(module);
  for (const op of walk(module)) {
    if (!apply.is(op)) continue;
    const { definedBy } = valueAt(module, op.operands.input);
    const read = definedBy === undefined ? undefined : opAt(module, definedBy);
    if (!read || !get.is(read)) {
      explainFusion(module, op, refused("it maps what the program computes, no parameter"), context);
      continue;
    }
    const name = read.attributes.param.join("::");
    const reason = widensTable(module, reads.get(name)!, as)
      ? `the rows of @${name} would be of ${as.element!.name}, as its embedding is not`
      : `@${name} is no dense parameter`;
    explainFusion(module, op, refused(reason), context);
  }
}

interface Fusing {
  readonly writer: ParamWriter;
  readonly as: Partial<StoredAs>;
  readonly module: Module;
  readonly context: PassContext;
  /** Those read already, by name: a dense one is looked through when it is read. */
  readonly transforms: Map<string, Transform>;
}

function transformAt(module: Module, op: ApplyOp, { constants }: PassContext): Transform | Mismatch {
  const definition = lookupSymbol(module, op.id, op.attributes.by);
  if (!definition || !def.is(definition)) return unreachable("verified to be a transform");
  return readTransform(definition.attributes, {
    symbol: (path) => lookupSymbol(module, definition.id, path),
    resource(key) {
      const read = constants.read(key, module.resources[key]);
      return read.ok ? read.value : read.diagnostics[0]!;
    },
  });
}

function fuse(
  { writer, as, module, context, transforms }: Fusing,
  parameter: ParamOp,
  op: ApplyOp,
): Result<void> {
  const { by, axis, inverse, dual } = op.attributes;
  const name = by.join("::");
  const transform = transforms.get(name) ?? transformAt(module, op, context);
  if (isMismatch(transform)) return fail(error(transform.code, transform.message, { span: op.span }));
  transforms.set(name, transform);
  const numbers = writer.read(parameter);
  if (!numbers.ok) return numbers;
  const wide: FloatTensor = { shape: numbers.value.shape, data: Float64Array.from(numbers.value.data) };
  const mapped = applyAlong(wide, axis, transform, directionOf({ inverse, dual }));
  const type = inFrame(parameter.attributes.type as TensorType, axis, inverse ? undefined : by);
  const prov = provenance(parameter, op);
  writer.rewrite(parameter, mapped.data as Float64Array, prov, { ...as, encoding: type.encoding });
  return ok(undefined);
}

const provenance = ({ attributes }: ParamOp, { attributes: { by, axis } }: ApplyOp): Attribute => ({
  kind: "dictionary",
  entries: {
    pass: stringAttribute("fuse-rotations"),
    transform: symbolAttribute(...by),
    axis: {
      kind: "integer",
      value: BigInt(axis),
      type: { kind: "integer", width: 64, signedness: "signless" },
    },
    ...(attributes.prov && { before: attributes.prov }),
  },
});

/** The lowp.get ops of each parameter. */
function readsByParam(module: Module): ReadonlyMap<string, readonly OpOf<typeof get>[]> {
  const reads = new Map<string, OpOf<typeof get>[]>();
  for (const op of walk(module))
    if (get.is(op)) {
      const name = op.attributes.param.join("::");
      reads.set(name, [...(reads.get(name) ?? []), op]);
    }
  return reads;
}

/** What a table holds is what its embedding gives, so a table of f32 cannot become one of f64: its map stays. */
const widensTable = (
  module: Module,
  reads: readonly OpOf<typeof get>[],
  { element }: Partial<StoredAs>,
): boolean =>
  element?.name === "f64" &&
  reads
    .flatMap((read) => mapsOf(module, read))
    .flatMap(({ results }) => uses(module).get(results.output) ?? [])
    .some((user) => {
      const op = opAt(module, user);
      return (
        embedding.is(op) && !same((valueAt(module, op.results.output).type as TensorType).element, element)
      );
    });

const usersOf = (module: Module, { results }: OpOf<typeof get>): readonly Op[] =>
  (uses(module).get(results.value) ?? []).map((id) => opAt(module, id));

const mapsOf = (module: Module, read: OpOf<typeof get>): readonly ApplyOp[] =>
  usersOf(module, read).filter((user): user is ApplyOp => apply.is(user));

/** Whether everything that reads a parameter maps it alike. */
const isOnly = (module: Module, read: OpOf<typeof get>, maps: readonly ApplyOp[], like: ApplyOp): boolean =>
  maps.length === usersOf(module, read).length &&
  maps.every(({ attributes }) => same(attributes, like.attributes));

function twoFrames(
  module: Module,
  { attributes, span }: ParamOp,
  { attributes: { by } }: ApplyOp,
  read: Op,
): Diagnostic {
  const users = get.is(read) ? usersOf(module, read) : [];
  const other = users.find((user) => !apply.is(user) || !same(user.attributes.by, by)) ?? read;
  return error("two-frames", `@${attributes.sym_name} is used in frame @${by.join("::")} and in another`, {
    span,
    hint: "give one of its users a copy; fold-norms unties embeddings",
    notes: [{ message: `${other.name} takes it as it is, or in another frame`, span: other.span }],
  });
}
