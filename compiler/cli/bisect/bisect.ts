import { selectParams } from "../../../dialects/lowp/passes/select-params.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Module } from "../../ir/module.ts";
import { parsePipelineSyntax } from "../../text/parse.ts";
import type { Gauge } from "./gauge.ts";

/** A module that was measured. */
export interface Trial {
  readonly what: string;
  readonly figure: number;
  readonly isBad: boolean;
}

/** The pass after which a figure is bad for the first time, and what it does to single layers. */
export interface Culprit {
  /** The module as it was, and after each pass up to the culprit. */
  readonly passes: readonly Trial[];
  /** As written, options included. */
  readonly pass: string;
  /** The pass on one layer alone, by layer; none where it cannot be told to leave layers out. */
  readonly layers: readonly Trial[];
  /** Where no layer alone is bad: the pass on the first layers, up to the first of them that makes it bad. */
  readonly together: readonly Trial[];
}

export interface Bisected {
  readonly gauge: Gauge;
  readonly passes: readonly string[];
  /** Runs one pass, as text. */
  run(module: Module, pass: string): Promise<Result<Module>>;
  /** Names that the option `only` of a pass can choose among. */
  namesIn(module: Module): readonly string[];
  /** Whether a pass has the option `only`. */
  hasOnly(pass: string): boolean;
}

/**
 * Runs the passes in order and measures after each that changed something. That is linear, as a later pass may make
 * up for an earlier one; modules are made once each way. Then the pass runs on each layer alone and, where none is
 * enough, on the first n layers: there n is found by halving, so what is named is a layer at which the figure turns
 * bad; it is the first one if more layers are never better. Codes: `bisect-start`, `bisect-never`.
 */
export async function bisect(module: Module, bisected: Bisected): Promise<Result<Culprit>> {
  const { gauge } = bisected;
  const measured = await gauge.measure(module);
  if (!measured.ok) return measured;
  const passes: Trial[] = [trial(gauge, "(as it is)", measured.value)];
  if (passes[0]!.isBad)
    return fail(
      error(
        "bisect-start",
        `the module itself is past the threshold: ${gauge.name} ${gauge.show(measured.value)}`,
        {
          hint: "choose a threshold that the module keeps before the passes",
        },
      ),
    );
  let current = module;
  for (const pass of bisected.passes) {
    const after = await bisected.run(current, pass);
    if (!after.ok) return after;
    const figure = after.value === current ? ok(passes.at(-1)!.figure) : await gauge.measure(after.value);
    if (!figure.ok) return figure;
    passes.push(trial(gauge, pass, figure.value));
    if (passes.at(-1)!.isBad) return narrowDown(current, pass, passes, bisected);
    current = after.value;
  }
  return fail(
    error(
      "bisect-never",
      `no pass takes ${gauge.name} past the threshold: it ends at ${gauge.show(passes.at(-1)!.figure)}`,
      {
        hint: "choose a threshold between that and the figure of the module as it is",
      },
    ),
  );
}

const trial = (gauge: Gauge, what: string, figure: number): Trial => ({
  what,
  figure,
  isBad: gauge.isBad(figure),
});

async function narrowDown(
  module: Module,
  pass: string,
  passes: readonly Trial[],
  bisected: Bisected,
): Promise<Result<Culprit>> {
  if (!bisected.hasOnly(pass)) return ok({ passes, pass, layers: [], together: [] });
  const { text, only } = withoutOnly(pass);
  const names = selectParams(bisected.namesIn(module), only, []).chosen;
  const on = async (some: readonly string[]): Promise<Trial | undefined> => {
    const after = await bisected.run(module, text(some));
    // A name that the pass does not take, such as one of `skip`, is no layer of it.
    if (!after.ok || after.value === module) return undefined;
    const figure = await bisected.gauge.measure(after.value);
    return figure.ok ? trial(bisected.gauge, some.at(-1)!, figure.value) : undefined;
  };
  const layers: Trial[] = [];
  for (const name of names) layers.push(...[await on([name])].flatMap((found) => found ?? []));
  const taken = layers.map(({ what }) => what);
  const together = layers.some(({ isBad }) => isBad) ? [] : await turningPoint(taken, on);
  return ok({ passes, pass, layers, together });
}

/** Tries the first n names for an n between one that is good and one that is bad, until they are neighbours. */
async function turningPoint(
  names: readonly string[],
  on: (some: readonly string[]) => Promise<Trial | undefined>,
): Promise<readonly Trial[]> {
  const tried = new Map<number, Trial>();
  let [good, bad] = [0, names.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const found = await on(names.slice(0, middle));
    if (!found) return [];
    tried.set(middle, found);
    if (found.isBad) bad = middle;
    else good = middle;
  }
  const last = tried.get(bad) ?? (await on(names.slice(0, bad)));
  if (last) tried.set(bad, last);
  return last?.isBad ? [...tried].sort(([a], [b]) => a - b).map(([, found]) => found) : [];
}

/** A pass as written, whose `only` is replaced by a list of names; and the patterns that it had. */
function withoutOnly(pass: string): {
  text(names: readonly string[]): string;
  readonly only: readonly string[];
} {
  const parsed = parsePipelineSyntax(pass, "<pass>");
  const [{ name, options } = { name: { text: pass }, options: [] }] = parsed.ok ? parsed.value : [];
  const written = options.map(({ key, value }) => ({
    key: key.text,
    text: pass.slice(key.span.start, value?.span.end ?? key.span.end),
    value: value ? pass.slice(value.span.start, value.span.end) : "",
  }));
  const given = written.find(({ key }) => key === "only")?.value ?? '["*"]';
  return {
    only: [...given.matchAll(/"([^"]*)"/g)].map(([, pattern]) => pattern!),
    text(names) {
      const others = written.filter(({ key }) => key !== "only").map(({ text }) => text);
      return `${name.text}{${[...others, `only = [${names.map((each) => JSON.stringify(each)).join(", ")}]`].join(" ")}}`;
    },
  };
}
