import { applied, type Explanation, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { typeAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type Op, valueAt } from "../../../compiler/ir/module.ts";
import { type DialectType, type FloatType, f32, type TensorType } from "../../../compiler/ir/types.ts";
import { eraseDeadOps } from "../../../compiler/rewrite/dead-code.ts";
import { int, oneOf, optional, type Schema, withDefault } from "../../../compiler/schema/schema.ts";
import { problemsInShape, ring, valueTypeProblems } from "../../lowp/types.ts";
import { type ValueType, valueTypeSchema } from "../../lowp/value-type.ts";
import { type Attention, attentions, type Cache, type CachedAttention, cachesOf } from "./find-caches.ts";
import { rewriteCaches } from "./rewrite-caches.ts";
import { rewriteReads } from "./rewrite-reads.ts";
import { Functions, followRings } from "./ring-values.ts";

const choiceOf = <Kind extends ValueType["kind"]>(
  kind: Kind,
  describe: string,
): Schema<Extract<ValueType, { readonly kind: Kind }>> => ({
  describe,
  decode: (literal) => {
    const type = valueTypeSchema.decode(literal);
    return type?.kind === kind ? (type as Extract<ValueType, { readonly kind: Kind }>) : undefined;
  },
  encode: typeAttribute,
});
const cacheType = choiceOf(
  "dialect",
  "lowp type, such as !lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>",
);
const tailType: Schema<FloatType> = choiceOf("float", "float type");

interface Options {
  readonly keys: DialectType | undefined;
  readonly values: DialectType | undefined;
  readonly window: number | undefined;
  readonly tail: FloatType | undefined;
  readonly storage: "quantized" | "float";
}

/**
 * Puts the caches of causal attention into rings: entries are rounded when they leave the tail, and the query of
 * each position sees what was rounded by then. Signatures change from the attention up to the public functions.
 * With storage=float caches stay floats, and attention reads them rounded, tokens not yet seen included.
 */
export const quantizeKv = definePass({
  name: "quantize-kv",
  summary: "Keeps the keys and values that attention remembers in a lowp type.",
  options: {
    keys: optional(cacheType), // of old entries, or of the whole ring; left out: they stay floats
    values: optional(cacheType),
    window: optional(int({ min: 0 })), // the window of the rings, default 0
    tail: optional(tailType), // what entries are held in until they are rounded, default f32
    storage: withDefault(oneOf("quantized", "float"), "quantized"),
  },
  explains: "every nn.attention",
  contract: { kind: "lossy", metric: "relative output difference" },
  run(module, options, { registry, explain }) {
    const unused = idleOption(options);
    if (unused) return fail(unused);
    const found = attentions(module);
    if (found.length === 0)
      return fail(
        error("nothing-to-quantize", "the module has no nn.attention", {
          hint: "kv.attention keeps its caches in a lowp type already; other modules have no caches",
        }),
      );
    if (explain) for (const op of found) explain(explanationOf(module, op, options));
    const rewritten =
      options.storage === "float" ? roundReads(module, found, options) : ringCaches(module, found, options);
    return rewritten.ok ? ok(eraseDeadOps(rewritten.value, registry)) : rewritten;
  },
});

function explanationOf(module: Module, op: Attention, { storage }: Options): Explanation {
  const caches = storage === "float" ? undefined : cachesOf(module, op);
  const outcome = caches && isMismatch(caches) ? refused(caches.message) : applied(`storage = ${storage}`);
  return { ...siteOf(module, op), rule: "cache", outcome };
}

function idleOption({ keys, values, window, tail, storage }: Options): Diagnostic | undefined {
  if (!keys && !values)
    return error("option-missing", "quantize-kv is given neither keys nor values", {
      hint: "give it types, such as keys=!lowp.q<ui4, block = [32, 1, 1], scale = f16, zero = ui4>",
    });
  const types = [keys, values].filter((type) => type !== undefined);
  const isIdle = storage === "float" || types.every((type) => ring.is(type));
  const given = window !== undefined ? "window" : tail && "tail";
  if (given && isIdle)
    return error(
      "option-without-effect",
      `${given} has no effect: ${storage === "float" ? "storage=float keeps no ring" : "the types are rings already"}`,
      {
        hint: `leave ${given} out`,
      },
    );
  if (storage === "float" && types.some((type) => ring.is(type)))
    return error("option-conflict", "storage=float keeps no ring, but a type is one", {
      hint: "give the type of the rounded entries alone",
    });
  return undefined;
}

const located = ({ blames: _, ...problem }: Mismatch, op: Op): Diagnostic => ({
  severity: "error",
  span: op.span,
  ...problem,
});

function roundReads(module: Module, found: readonly Attention[], { keys, values }: Options): Result<Module> {
  const problems = found.flatMap((op) =>
    [
      ...lawsOf(keys, valueAt(module, op.operands.keys).type as TensorType),
      ...lawsOf(values, valueAt(module, op.operands.values).type as TensorType),
    ].map((problem) => located(problem, op)),
  );
  return problems.length > 0 ? fail(...problems) : ok(rewriteReads(module, found, { keys, values }));
}

function ringCaches(module: Module, found: readonly Attention[], options: Options): Result<Module> {
  const cached: CachedAttention[] = [];
  const problems: Diagnostic[] = [];
  const types = { keys: ringType(options.keys, options), values: ringType(options.values, options) };
  for (const op of found) {
    const caches = cachesOf(module, op);
    if (isMismatch(caches)) problems.push(located(caches, op));
    else {
      const laws = [...lawsOf(types.keys, caches.keys.type), ...lawsOf(types.values, caches.values.type)];
      problems.push(...laws.map((problem) => located(problem, op)));
      cached.push(caches);
    }
  }
  if (problems.length > 0) return fail(...problems);
  const functions = new Functions(module);
  const seedsOf = ({ past, joined }: Cache, type: DialectType | undefined) =>
    type
      ? ([
          [past, type],
          [joined, type],
        ] as const)
      : [];
  const seeds = cached.flatMap(({ keys, values }) => [
    ...seedsOf(keys, types.keys),
    ...seedsOf(values, types.values),
  ]);
  const rings = followRings(module, functions, seeds);
  if (rings.problems.length > 0) return fail(...rings.problems);
  const branching = functions.all().find((owner) => (owner.regions[0]?.length ?? 0) > 1);
  if (branching)
    return fail(
      error(
        "control-flow",
        `@${branching.attributes.sym_name} has several blocks, and caches are followed through one`,
        {
          span: branching.span,
        },
      ),
    );
  return ok(rewriteCaches(module, { attentions: cached, types: rings.types, functions }));
}

/** Entries are added along axis 0. */
function ringType(
  type: DialectType | undefined,
  { window = 0, tail = f32 }: Options,
): DialectType | undefined {
  return !type || ring.is(type) ? type : ring.of({ old: type, recent: tail, window, axis: 0 });
}

function lawsOf(type: DialectType | undefined, { shape }: TensorType): readonly Mismatch[] {
  if (!type) return [];
  const problems = [...valueTypeProblems(type), ...problemsInShape(type, shape)];
  if (problems.length > 0 || !ring.is(type) || type.parameters.axis === 0) return problems;
  return [
    mismatch("ring-axis", `a cache grows along axis 0, but the ring along axis ${type.parameters.axis}`, {
      hint: "write !lowp.ring<…, …, window, 0>",
    }),
  ];
}
