/**
 * Keys that occur more than once in one object of a JSON text, which `JSON.parse` drops silently; as paths
 * such as `weight` or `weight.shape`. The text must be valid JSON.
 */
export function duplicateKeys(json: string): string[] {
  const duplicates: string[] = [];
  const open: Container[] = [];
  for (let at = 0; at < json.length; at++) {
    const innermost = open.at(-1);
    switch (json[at]) {
      case "{":
      case "[":
        open.push({ path: pathBelow(innermost), keys: new Set(), key: undefined, word: "" });
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case '"': {
        const end = endOfString(json, at);
        if (innermost !== undefined) innermost.word = json.slice(at, end + 1);
        at = end;
        break;
      }
      case ":":
        if (innermost !== undefined) duplicates.push(...noteKey(innermost));
        break;
    }
  }
  return duplicates;
}

interface Container {
  readonly path: string;
  readonly keys: Set<string>;
  /** The key whose value is being read. */
  key: string | undefined;
  /** The last string seen, with its quotes: the key, when a colon follows. */
  word: string;
}

const pathBelow = (parent: Container | undefined): string =>
  parent?.key === undefined ? "" : `${parent.path}${parent.key}.`;

function noteKey(container: Container): string[] {
  const key = String(JSON.parse(container.word));
  const repeated = container.keys.has(key);
  container.keys.add(key);
  container.key = key;
  return repeated ? [`${container.path}${key}`] : [];
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}
