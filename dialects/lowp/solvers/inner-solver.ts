import type { Statistic, WeightSolver } from "../../../compiler/define/solver.ts";
import { statisticsNeeded } from "../../../compiler/define/solver.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Optional, withDefault } from "../../../compiler/schema/schema.ts";
import { type BoundSolver, bindSolver, solverChoice } from "../passes/solver-choice.ts";
import { bitmod } from "./bitmod.ts";
import { codebook } from "./codebook.ts";
import { gptq } from "./gptq.ts";
import { mseClip } from "./mse-clip.ts";
import { olive } from "./olive.ts";
import { powerSearch } from "./power-search.ts";
import { roundToNearest } from "./round-to-nearest.ts";

/** The solvers that another one may use for a term of its own. */
export const innerSolvers: readonly WeightSolver[] = [
  roundToNearest,
  mseClip,
  gptq,
  codebook,
  bitmod,
  powerSearch,
  olive,
];

const bound = bindSolver({ name: roundToNearest.name, options: {} }, { solvers: innerSolvers });
const nearest: BoundSolver = bound.ok ? bound.value : unreachable("rtn takes no options");

/** A solver as an option of another: `rtn`, `mse-clip`, `gptq<scales = mse>`, …; rtn where left out. */
export const innerSolver: Optional<BoundSolver> = withDefault(
  {
    describe: `one of the solvers ${innerSolvers.map(({ name }) => name).join(", ")} with options it has`,
    decode(literal) {
      const choice = solverChoice.decode(literal);
      const result = choice && bindSolver(choice, { solvers: innerSolvers });
      return result?.ok ? result.value : undefined;
    },
    encode: ({ solver: { name }, given }) => solverChoice.encode({ name, options: given }),
  },
  nearest,
);

/** What a solver with such an option needs to know for it. */
export const innerNeeds = ({ solver }: { readonly solver: BoundSolver }): readonly Statistic[] =>
  statisticsNeeded(solver.solver, solver.options);
