/** How many programs to try: a few, some with NARROW_LONG=1, many with NARROW_LONG=all, which takes an hour or more. */
export function howMany(few: number, some: number, many: number): number {
  const { NARROW_GRAPHS, NARROW_LONG } = process.env;
  if (NARROW_GRAPHS !== undefined) return Number(NARROW_GRAPHS);
  if (NARROW_LONG === "all") return many;
  return NARROW_LONG === "1" ? some : few;
}
