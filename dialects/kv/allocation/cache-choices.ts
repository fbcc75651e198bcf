import type { Registry } from "../../../compiler/define/dialect.ts";
import type { Mismatch } from "../../../compiler/define/op.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type DialectType, same } from "../../../compiler/ir/types.ts";
import { AttributePrinter } from "../../../compiler/text/print-attributes.ts";
import { seedProblems } from "../../lowp/stochastic.ts";
import { byteLengthOf } from "../../lowp/storage.ts";
import { cacheProblems, ringType, type TailOptions } from "../cache-types.ts";
import type { Side } from "../sides.ts";
import { type CacheItem, numbersIn } from "./cache-items.ts";

/** A type that a cache may be put into. */
export interface CacheChoice {
  /** As the user wrote it, for people and files. */
  readonly id: string;
  readonly ring: DialectType;
}

/** A cache and the types that fit it, with what they take. */
export interface CacheCandidate {
  readonly item: CacheItem;
  /** Of all its caches with the tokens that are asked about. */
  readonly numbers: number;
  readonly choices: readonly (CacheChoice & { readonly bytes: number })[];
}

/** The choices that types make up. Codes: `no-types`, `type-twice`. */
export function cacheChoices(
  types: readonly DialectType[],
  side: Side,
  tail: TailOptions,
  registry: Registry,
): Result<readonly CacheChoice[]> {
  const printer = new AttributePrinter(registry, "pretty", []);
  const choices = types.map((type) => ({ id: printer.type(type), ring: ringType(type, tail) }));
  const twice = choices.find(({ ring }, i) => choices.findIndex((other) => same(other.ring, ring)) < i);
  if (types.length === 0)
    return fail(
      error("no-types", `there are no types of ${side} to choose from`, {
        hint: `list them, ${side}=[!lowp.q<…>], or leave ${side} out to keep floats`,
      }),
    );
  return twice
    ? fail(error("type-twice", `${side} lists ${twice.id} twice`, { hint: "list each type once" }))
    : ok(choices);
}

/**
 * Every cache with the types that fit it: those of its side, or of both sides where keys and values are one cache.
 * Codes: `type-misfit` where a type fits no cache or no type a cache, also for what needs a seed, as caches have none;
 * `cache-size` where bytes depend on the data or an extent is not known.
 */
export function cacheCandidates(
  items: readonly CacheItem[],
  choices: Readonly<Record<Side, readonly CacheChoice[]>>,
  tokens: number,
): Result<readonly CacheCandidate[]> {
  const misfits = new Map<CacheChoice, string>();
  const used = new Set<CacheChoice>();
  const problems: Diagnostic[] = [];
  const candidates = items.flatMap((item): readonly CacheCandidate[] => {
    const { span } = item.uses[0]!.attention.op;
    const common = commonChoices(item, choices);
    const fitting = common.filter((choice) => {
      const reason = misfit(item, choice);
      if (reason) misfits.set(choice, reason.message);
      else used.add(choice);
      return !reason;
    });
    if (fitting.length === 0) {
      const reason = common[0]
        ? misfits.get(common[0])
        : "it holds keys and values, which have no type in common";
      problems.push(
        error("type-misfit", `no type fits ${item.id}: ${reason}`, { span, hint: "add a type that does" }),
      );
      return [];
    }
    const numbers = numbersIn(item, tokens);
    const sized = fitting.flatMap((choice) => {
      const bytes = byteLengthOf(choice.ring, item.type.shape.with(0, tokens));
      return bytes === undefined ? [] : [{ ...choice, bytes: bytes * item.count }];
    });
    if (numbers !== undefined && sized.length === fitting.length) return [{ item, numbers, choices: sized }];
    problems.push(
      error("cache-size", `what ${item.id} takes is not known before it is filled`, {
        span,
        hint: "take types whose size does not depend on the data, for caches of known heads and width",
      }),
    );
    return [];
  });
  const idle = [...misfits].filter(([choice]) => !used.has(choice));
  const unfit = idle.map(([{ id }, reason]) =>
    error("type-misfit", `${id} fits none of the caches: ${reason}`, { hint: "leave it out" }),
  );
  const refused = unfit.length > 0 ? unfit : problems;
  return refused.length > 0 ? fail(...refused) : ok(candidates);
}

/** The choices of the side of a cache, or those that both sides have. */
function commonChoices(
  { uses }: CacheItem,
  choices: Readonly<Record<Side, readonly CacheChoice[]>>,
): readonly CacheChoice[] {
  const [first, ...others] = new Set(uses.map(({ side }) => side));
  return choices[first!].filter(({ ring }) =>
    others.every((side) => choices[side].some((other) => same(other.ring, ring))),
  );
}

/** Why a cache cannot have a type, if it cannot. */
function misfit({ uses, type }: CacheItem, { ring }: CacheChoice): Mismatch | undefined {
  const [problem] = uses.flatMap(({ attention, side }) => cacheProblems(ring, attention[side].type));
  return problem ?? seedProblems(ring, type.shape, undefined)[0];
}
