import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, opAt } from "../../../compiler/ir/module.ts";
import { symmetricEigen } from "../../../compiler/numeric/symmetric-eigen.ts";
import { bool, int, optional, real, withDefault } from "../../../compiler/schema/schema.ts";
import { verify } from "../../../compiler/verify/verify.ts";
import { measureInputs } from "../../lowp/passes/input-statistics.ts";
import { type AxisClass, axisFlows } from "../../nn/axis-flow.ts";
import { sumOfMoments } from "./rotation.ts";
import { refused, residualStreams } from "./rotation-sites.ts";
import { withShortcuts } from "./shortcuts.ts";
import { type Subspace, sliceClass } from "./slice-class.ts";
import { type SliceSite, sliceSite } from "./slice-sites.ts";

interface Options {
  readonly keep: number | undefined;
  readonly channels: number | undefined;
  readonly multiple: number;
  readonly shortcuts: boolean;
  readonly sequential: boolean;
}

/** The subspace of a site that keeps so many channels, and the share of what it saw that lies in it. */
export interface Chosen extends Subspace {
  readonly energy: number;
}

/** Chooses the subspace of a site of the module as it is now. */
export type ChooseSubspace = (module: Module, site: SliceSite, kept: number) => Promise<Result<Chosen>>;

/**
 * Turns residual streams to the principal axes of what linear ops behind their norms read, and drops the axes with
 * the least of it: weights and streams have fewer channels then, and none online is left. Each block has axes of its
 * own, with a small linear op on its shortcut, or all of a stream have the same. Later axes are those of the program
 * with the earlier ones dropped. (Ashkboos et al., SliceGPT, 2024)
 */
export const sliceChannels = definePass({
  name: "slice-channels",
  summary: "Turns residual streams to their principal axes and drops the least, out of weights and streams.",
  options: {
    keep: optional(real({ above: 0 })), // the share of channels that stay, up to 1
    channels: optional(int({ min: 1 })), // or their number
    multiple: withDefault(int({ min: 1 }), 8), // keep is rounded down to a multiple of it
    shortcuts: withDefault(bool, true), // axes of its own for each block; else one basis for a stream
    sequential: withDefault(bool, true), // calibrates anew for each basis; else once
  },
  contract: {
    of: ({ keep }) =>
      keep === 1
        ? { kind: "exactInReals", rewritesWeights: true }
        : { kind: "lossy", metric: "share of the inputs' energy that is dropped" },
  },
  explains: "residual streams, by their first norm",
  async run(module, options, context) {
    const unfit = optionProblem(options);
    if (unfit) return fail(unfit);
    return sliceStreams(module, options, context, principalSubspace(options, context));
  },
});

/** Slices every residual stream, each part of it to the subspace that is chosen for it. */
export async function sliceStreams(
  module: Module,
  options: Options,
  context: PassContext,
  choose: ChooseSubspace,
): Promise<Result<Module>> {
  const streams = residualStreams(axisFlows(module, context.registry));
  if (streams.length === 0)
    return fail(
      error(
        "nothing-to-slice",
        "there is no residual stream: no norm looks at what linear ops make and read",
        {
          hint: "leave slice-channels out",
        },
      ),
    );
  const problems = streams.flatMap((stream) => problemOf(module, stream));
  if (problems.length > 0) return fail(...problems);
  const split = options.shortcuts ? withShortcuts(module, streams, context) : ok(module);
  if (!split.ok) return split;
  const places = streams.flatMap((stream) => stream.places);
  const { classOf } = axisFlows(split.value, context.registry);
  const parts = [...new Set(places.map(({ value, axis }) => classOf(value, axis)))];
  let current = split.value;
  for (const [i, part] of parts.entries()) {
    const site = sliceSite(current, part);
    const kept = keptOf(part, options);
    if ("obstacle" in site) return fail(refusal(current, site));
    context.progress(i, parts.length, readersOf(site)[0]!);
    if (typeof kept !== "number") return fail(kept);
    const chosen = await choose(current, site, kept);
    if (!chosen.ok) return chosen;
    explain(current, site, chosen.value, context);
    const sliced = sliceClass(current, site, chosen.value, context);
    if (!sliced.ok) return sliced;
    current = sliced.value;
  }
  const [wrong] = verify(current, context.registry);
  if (!wrong) return ok(current);
  const reason = `the extent of a stream is stated by an op on it: ${wrong.message}`;
  return fail(error("slice", reason, { span: wrong.span, hint: "leave slice-channels out" }));
}

const refusal = (
  module: Module,
  { obstacle }: Extract<ReturnType<typeof sliceSite>, { obstacle: unknown }>,
) => refused(module, "slice-channels cannot take channels out of this residual stream", obstacle, "slice");

function problemOf(module: Module, stream: AxisClass): readonly Diagnostic[] {
  const site = sliceSite(module, stream);
  return "obstacle" in site ? [refusal(module, site)] : [];
}

/** Weights whose inputs tell what matters of a part: those behind its norms, or all where it has none. */
const readersOf = ({ normed, direct }: SliceSite): readonly string[] => (normed.length > 0 ? normed : direct);

/** The principal axes of what was seen of the site, by falling share. */
export function principalSubspace(
  { sequential }: Pick<Options, "sequential">,
  context: PassContext,
): ChooseSubspace {
  let first: Module | undefined;
  return async (module, site, kept) => {
    first ??= module;
    const { extent } = site.channels;
    const symbols = readersOf(site);
    const asked = { needs: ["secondMoment"], asker: "slice-channels" } as const;
    const found = await measureInputs(sequential ? module : first, symbols, asked, context);
    if (!found.ok) return found;
    const moments = [...found.value.values()].map(({ secondMoment }) => secondMoment!);
    const eigen = symmetricEigen(sumOfMoments(moments, extent), extent);
    if (!eigen)
      return fail(
        error("calibration-range", `the inputs of @${symbols[0]} in the calibration run are not finite`, {
          hint: "look for overflow in the program, or calibrate on other data",
        }),
      );
    const total = (count: number) =>
      eigen.values.slice(0, count).reduce((sum, value) => sum + Math.max(0, value), 0);
    const energy = total(extent) === 0 ? 1 : total(kept) / total(extent);
    return ok({ rows: eigen.vectors.slice(0, kept * extent), kept, energy });
  };
}

/** How many channels of a part stay, or what is wrong with that. */
function keptOf({ extent }: AxisClass, { keep, channels, multiple }: Options): number | Diagnostic {
  if (channels !== undefined)
    return channels <= extent
      ? channels
      : error(
          "slice-size",
          `channels = ${channels} is more than the ${extent} channels of a residual stream`,
          {
            hint: `give at most ${extent}`,
          },
        );
  // Either is given; 0.29 of 100 are 29, though their product is a little less.
  const wanted = (keep! * extent) / multiple + 1e-9;
  const kept = keep === 1 ? extent : Math.floor(wanted) * multiple;
  return kept > 0
    ? kept
    : error(
        "slice-size",
        `keep = ${keep} leaves less than ${multiple} of the ${extent} channels of a stream`,
        {
          hint: "keep more, or give a smaller multiple",
        },
      );
}

function explain(module: Module, site: SliceSite, { kept, energy }: Chosen, context: PassContext): void {
  const { channels, norms } = site;
  const op = norms[0] ?? opAt(module, channels.touches[0]!.op);
  const readers = readersOf(site)
    .map((symbol) => `@${symbol}`)
    .join(", ");
  const note = `${kept} of ${channels.extent} channels, with ${(100 * energy).toFixed(2)} % of what meets ${readers}`;
  context.explain?.({ ...siteOf(module, op), rule: "principal-axes", outcome: applied(note) });
}

function optionProblem({ keep, channels }: Options): Diagnostic | undefined {
  if ((keep === undefined) === (channels === undefined))
    return error(
      keep === undefined ? "option-missing" : "option-conflict",
      "slice-channels takes either keep or channels",
      { hint: "give the share that stays, such as keep = 0.75, or a number of channels" },
    );
  if (keep !== undefined && keep > 1)
    return error("option-range", `keep = ${keep} is no share of the channels`, {
      hint: "give a number above 0 and up to 1; channels takes a count",
    });
  return undefined;
}
