/** Groups that share a member become one, at the place of the first of them; a member is in one group then. */
export function joinGroups(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let merged: readonly (readonly string[])[] = [];
  for (const group of groups) {
    const touching = merged.filter((other) => other.some((name) => group.includes(name)));
    const union = [...new Set([...touching.flat(), ...group])];
    const place = touching[0] === undefined ? merged.length : merged.indexOf(touching[0]);
    merged = [
      ...merged.slice(0, place),
      union,
      ...merged.slice(place).filter((other) => !touching.includes(other)),
    ];
  }
  return merged;
}
