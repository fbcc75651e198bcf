import type { PassContext } from "../../../compiler/define/pass.ts";
import { hasStatistic, type InputStatistics, type Statistic } from "../../../compiler/define/solver.ts";
import { error, fail, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module } from "../../../compiler/ir/module.ts";

/** Statistics of the inputs that meet these parameters; `asker` is what cannot do without, for the message. */
export async function measureInputs(
  module: Module,
  symbols: readonly string[],
  { needs, asker }: { readonly needs: readonly Statistic[]; readonly asker: string },
  { calibration }: PassContext,
): Promise<Result<ReadonlyMap<string, InputStatistics>>> {
  if (!calibration)
    return fail(
      error("calibration-missing", `${asker} needs to know the inputs, and there is no calibration data`, {
        hint: "give a text, or examples, with --calibration FILE",
      }),
    );
  const found = await calibration.statistics(module, symbols, needs);
  if (!found.ok) return found;
  const unseen = symbols.filter((symbol) => !found.value.has(symbol));
  const lacking = needs.find((need) => [...found.value.values()].some((each) => !hasStatistic(each, need)));
  if (lacking)
    return fail(
      error(
        "statistics-missing",
        `${asker} needs the ${lacking} of the inputs, which the calibration lacks`,
        {
          hint: "calibrate from a text",
        },
      ),
    );
  return unseen.length === 0
    ? found
    : fail(
        ...unseen.map((symbol) =>
          error("calibration-missing", `the calibration run never came to @${symbol}`, {
            hint: `skip @${symbol}, or call its function from the entry that is calibrated`,
          }),
        ),
      );
}

/** How a parameter came about that calibration had a part in. */
export const calibratedProvenance = (
  entries: Readonly<Record<string, Attribute>>,
  { calibration }: Pick<PassContext, "calibration">,
): Attribute => ({
  kind: "dictionary",
  entries: { ...entries, ...(calibration && { calibration: stringAttribute(calibration.sha256) }) },
});
