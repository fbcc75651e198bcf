import { namePattern } from "../../dialects/lowp/passes/select-params.ts";
import type { CostModel } from "../define/cost-model.ts";
import type { Registry } from "../define/dialect.ts";
import { mismatch } from "../define/op.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { readWholeFile } from "../import/open-file.ts";
import { attributesOf, topLevel } from "../ir/module.ts";
import { same, type TensorType, type Type } from "../ir/types.ts";
import { AttributePrinter } from "../text/print-attributes.ts";
import { parseModule } from "../text/resolve.ts";

/** A line of the table: what weights whose names match cost in a type. */
interface Line {
  readonly matches: RegExp;
  readonly type: Type;
  readonly costs: Readonly<Record<string, number>>;
}

/** Knows whether any pass asked, so that costs given for nothing can be complained about. */
export interface CostTable extends CostModel {
  wasUsed(): boolean;
}

/**
 * Measured costs from a JSON file: `{"metrics": ["cycles"], "costs": [{"weight": "layers.*.q_proj", "type":
 * "!lowp.q<…>", "cycles": 1200}, …]}`. The first line that fits a weight and a type counts. Codes: `cost-table` for
 * each fault of the file, with where it is; `name` is what messages call the file.
 */
export function readCostTable(
  { path, name }: { readonly path: string; readonly name: string },
  registry: Registry,
): Result<CostTable> {
  const content = readWholeFile(path);
  if (!content.ok) return content;
  const value = parsed(new TextDecoder().decode(content.value));
  const faults: Diagnostic[] = [];
  const fault = (where: string, what: string) =>
    void faults.push(error("cost-table", `${name}: ${where} ${what}`, { hint: HINT }));
  if (!isObject(value)) {
    fault("the file", "is no JSON object");
    return fail(...faults);
  }
  const metrics = Array.isArray(value.metrics)
    ? value.metrics.filter((each) => typeof each === "string")
    : [];
  if (metrics.length === 0) fault("metrics", "is no list of names");
  for (const taken of ["bits", "bytes"].filter((name) => metrics.includes(name)))
    fault("metrics", `names ${taken}, which follow from the type`);
  if (!Array.isArray(value.costs)) fault("costs", "is no list");
  const lines = (Array.isArray(value.costs) ? value.costs : []).flatMap(
    (line: unknown, i): readonly Line[] => {
      const read = readLine(line, metrics, registry);
      if (typeof read !== "string") return [read];
      fault(`costs[${i}]`, read);
      return [];
    },
  );
  return faults.length > 0 ? fail(...faults) : ok(modelOf(name, metrics, lines, registry));
}

const HINT =
  'write {"metrics": ["cycles"], "costs": [{"weight": "layers.*", "type": "!lowp.q<…>", "cycles": 1200}]}';

function modelOf(
  name: string,
  metrics: readonly string[],
  lines: readonly Line[],
  registry: Registry,
): CostTable {
  const printer = new AttributePrinter(registry, "pretty", []);
  let used = false;
  return {
    name,
    metrics,
    wasUsed: () => used,
    costOf({ symbol, type }) {
      used = true;
      const line = lines.find((each) => each.matches.test(symbol) && same(each.type, type));
      return (
        line?.costs ??
        mismatch("cost-missing", `${name} does not say what @${symbol} costs in ${printer.type(type)}`, {
          hint: "add a line for it to the table, or leave the type out",
        })
      );
    },
  };
}

/** The answer to a table that no pass looked at. */
export const unusedCosts = ({ name }: CostModel): Diagnostic =>
  error("costs-unused", `nothing looked at the costs of ${name}`, {
    hint: "run allocate-bits{budgets={…} …}, or leave --costs out",
  });

/** A line, or what is wrong with it. */
function readLine(line: unknown, metrics: readonly string[], registry: Registry): Line | string {
  if (!isObject(line)) return "is no object";
  const { weight, type, ...costs } = line;
  if (typeof weight !== "string") return "has no weight, a name with * for any characters";
  const read = typeof type === "string" ? typeOf(type, registry) : undefined;
  if (!read) return `has no type: ${JSON.stringify(type)} cannot be read as one`;
  for (const metric of metrics) {
    const cost = costs[metric];
    if (!(typeof cost === "number" && Number.isFinite(cost) && cost >= 0))
      return `has no ${metric}, a number of at least 0`;
  }
  const stray = Object.keys(costs).find((key) => !metrics.includes(key));
  if (stray !== undefined) return `has ${stray}, which metrics does not name`;
  return { matches: namePattern(weight), type: read, costs: costs as Line["costs"] };
}

function typeOf(text: string, registry: Registry): Type | undefined {
  const module = parseModule(`lowp.param @w : tensor<1x1x${text}>`, "type", registry);
  const [declared] = module.ok ? topLevel(module.value) : [];
  return declared && (attributesOf(declared).type as TensorType).element;
}

function parsed(text: string): unknown {
  // JSON.parse has no form that returns its error.
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
