/** The most that open extents can be, by the name of the argument that has them; `*` stands for any part of a name. */
export type ExtentLimits = Readonly<Record<string, number>>;

/** What is said of a name: by itself, or by the first pattern that it fits. */
export function limitOf(limits: ExtentLimits, name: string): number | undefined {
  if (Object.hasOwn(limits, name)) return limits[name];
  const pattern = Object.keys(limits).find((each) => fits(each, name));
  return pattern === undefined ? undefined : limits[pattern];
}

/** Names and patterns that no name is or fits. */
export const idleLimits = (limits: ExtentLimits, names: readonly string[]): readonly string[] =>
  Object.keys(limits).filter((limit) => !names.some((name) => name === limit || fits(limit, name)));

/** Whether the parts of a pattern stand in a name in order, the first at its start, the last at its end. */
function fits(pattern: string, name: string): boolean {
  const [start = "", ...others] = pattern.split("*");
  const end = others.pop();
  if (end === undefined || !name.startsWith(start)) return false;
  let at = start.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
