import type { AllocationProblem } from "./problem.ts";

/** Items that get choices of one id. */
export interface TieGroup {
  /** Ids, sorted. */
  readonly members: readonly string[];
  /** Ids of the choices that all members have, in the order of the first. */
  readonly choices: readonly string[];
}

/** Every item in its group, most of them alone; groups in the order of their first members. Ties that overlap join. */
export function tieGroupsOf({ items, ties = [] }: AllocationProblem): readonly TieGroup[] {
  const leader = new Map(items.map(({ id }) => [id, id]));
  const leaderOf = (id: string): string => {
    const above = leader.get(id)!;
    return above === id ? id : leaderOf(above);
  };
  for (const [head = "", ...others] of ties)
    for (const other of others) {
      const [one, two] = [leaderOf(head), leaderOf(other)];
      leader.set(one < two ? two : one, one < two ? one : two);
    }
  const members = new Map<string, string[]>();
  for (const id of items.map((item) => item.id).sort()) {
    const group = members.get(leaderOf(id));
    if (group) group.push(id);
    else members.set(leaderOf(id), [id]);
  }
  const choices = new Map(items.map((item) => [item.id, item.choices.map(({ id }) => id)]));
  return [...members.values()].map((group) => ({
    members: group,
    choices: choices
      .get(group[0]!)!
      .filter((choice) => group.every((member) => choices.get(member)!.includes(choice))),
  }));
}
