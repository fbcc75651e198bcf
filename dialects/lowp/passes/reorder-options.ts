import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import {
  int,
  listOf,
  oneOf,
  optional,
  real,
  type Schema,
  string,
  withDefault,
} from "../../../compiler/schema/schema.ts";
import { type Loudness, loudnesses } from "../reordering/channel-scores.ts";
import type { Objective } from "../reordering/objectives.ts";
import { type Saliency, saliencies } from "../reordering/saliency.ts";
import { decodePattern, encodePattern, type Pattern } from "../sparse-kind.ts";

const objectiveKinds = [
  "outlier-grouping",
  "act-order",
  "outlier-blocks",
  "retained-magnitude",
  "natural",
] as const;

const patternSchema: Schema<Pattern> = {
  describe: "n:m, such as 2:4",
  decode: decodePattern,
  encode: encodePattern,
};

/** Options of reorder-channels; those that an objective has no use for must be left out. */
export const reorderOptions = {
  objective: oneOf(...objectiveKinds),
  /** Channels of a block: 32 for outlier-grouping, 128 for outlier-blocks. */
  block: optional(int({ min: 1 })),
  /** How loud a channel is: weights for outlier-grouping where left out. */
  loudness: optional(oneOf(...loudnesses)),
  /** Times the median that makes an outlier: 3. */
  factor: optional(real({ above: 0 })),
  /** 2:4. */
  pattern: optional(patternSchema),
  /** What a weight is worth: magnitude. */
  saliency: optional(oneOf(...saliencies)),
  /** Times that a search is kicked out of a local optimum: 8. */
  escapes: optional(int({ min: 0 })),
  /** Of the kicks: 0. */
  seed: optional(int({ min: 0 })),
  only: withDefault(listOf(string), ["*"]),
  skip: withDefault(listOf(string), []),
  /** What becomes of channels that must keep their order: they are left alone, or gathered before each linear op. */
  otherwise: withDefault(oneOf("keep", "gather"), "keep"),
};

/** What the options ask for. */
export interface ReorderChoice {
  readonly objective: (typeof objectiveKinds)[number];
  readonly block?: number | undefined;
  readonly loudness?: Loudness | undefined;
  readonly factor?: number | undefined;
  readonly pattern?: Pattern | undefined;
  readonly saliency?: Saliency | undefined;
  readonly escapes?: number | undefined;
  readonly seed?: number | undefined;
  readonly otherwise: "keep" | "gather";
}

const used: Readonly<Record<ReorderChoice["objective"], readonly (keyof ReorderChoice)[]>> = {
  "outlier-grouping": ["block", "loudness"],
  "act-order": [],
  "outlier-blocks": ["block", "factor"],
  "retained-magnitude": ["pattern", "saliency", "escapes", "seed"],
  natural: [],
};
const special = ["block", "loudness", "factor", "pattern", "saliency", "escapes", "seed"] as const;

/** The objective with its options filled in; undefined for the natural order. Code: `reorder-option`. */
export function objectiveOf(choice: ReorderChoice): Result<Objective | undefined> {
  const { objective } = choice;
  const idle = special.filter((name) => choice[name] !== undefined && !used[objective].includes(name));
  const problems = idle.map((name) => idleOption(name, objective));
  if (objective === "natural" && choice.otherwise === "gather")
    problems.push(idleOption("otherwise", objective));
  if (choice.seed !== undefined && choice.escapes === 0)
    problems.push(error("reorder-option", "seed has no effect without escapes", { hint: "leave seed out" }));
  return problems.length > 0 ? fail(...problems) : ok(filledIn(choice));
}

const idleOption = (name: string, objective: string): Diagnostic =>
  error("reorder-option", `${name} has no effect with objective = ${objective}`, {
    hint: `leave ${name} out`,
  });

function filledIn(choice: ReorderChoice): Objective | undefined {
  switch (choice.objective) {
    case "outlier-grouping":
      return { kind: choice.objective, block: choice.block ?? 32, loudness: choice.loudness ?? "weights" };
    case "act-order":
      return { kind: choice.objective };
    case "outlier-blocks":
      return { kind: choice.objective, block: choice.block ?? 128, factor: choice.factor ?? 3 };
    case "retained-magnitude":
      return {
        kind: choice.objective,
        pattern: choice.pattern ?? { kept: 2, of: 4 },
        saliency: choice.saliency ?? "magnitude",
        escapes: choice.escapes ?? 8,
        seed: choice.seed ?? 0,
      };
    case "natural":
      return undefined;
  }
}
