import { didYouMean } from "../diagnostics/suggest.ts";

/** Takes note of one fault: what follows `allocation-` in its code, what is and was expected, and what to do. */
export type Faults = (code: string, message: string, hint: string) => void;

type JsonObject = Readonly<Record<string, unknown>>;

/** A value as an object, else a fault. */
export function asObject(value: unknown, place: string, add: Faults): JsonObject | undefined {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  add("value", `${place} is ${shown(value)}, expected an object`, 'write {"name": value, …}');
  return undefined;
}

export function asArray(value: unknown, place: string, add: Faults): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  add("value", `${place} is ${shown(value)}, expected a list`, "write [value, …]");
  return undefined;
}

export function text(value: unknown, place: string, add: Faults): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  add("value", `${place} is ${shown(value)}, expected a name`, 'write "name"');
  return undefined;
}

export function finite(value: unknown, place: string, add: Faults): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  add("value", `${place} is ${shown(value)}, expected a finite number`, "write a number such as 1.5e6");
  return undefined;
}

/** Keys that mean nothing are faults, as they are most often misspelt. */
export function rejectOtherKeys(
  object: JsonObject,
  place: string,
  known: readonly string[],
  add: Faults,
): void {
  for (const key of Object.keys(object))
    if (!known.includes(key)) add("key", `${place} has no ${JSON.stringify(key)}`, didYouMean(key, known));
}

/** A value in a few words. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  const words = JSON.stringify(value) ?? typeof value;
  return words.length > 40 ? `${words.slice(0, 40)}…` : words;
}
