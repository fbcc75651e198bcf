import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Directive } from "./directives.ts";
import { splitLines } from "./lines.ts";
import { matchBlock } from "./match-block.ts";
import { noOutput, notFound } from "./match-failures.ts";
import type { Variables } from "./pattern.ts";
import { findPattern, type Position, type Region } from "./search.ts";

/** A -LABEL (none for what precedes the first one) with the directives up to the next. */
interface Block {
  readonly label: Directive | undefined;
  readonly directives: readonly Directive[];
}

const noVariables: Variables = new Map();

/** What the directives of one prefix demand and the output does not meet: the first failure of every block. */
export function checkOutput(directives: readonly Directive[], output: string): readonly Diagnostic[] {
  if (directives.length === 0) return [];
  if (output.trim() === "") return [noOutput(directives[0]!)];
  const lines = splitLines(output);
  const diagnostics: Diagnostic[] = [];
  let variables = noVariables;
  for (const located of locateBlocks(lines, groupBlocks(directives))) {
    if (located.fault !== undefined) {
      diagnostics.push(located.fault);
      continue;
    }
    const region = { start: located.start, end: located.end };
    const globals = new Map([...variables].filter(([name]) => name.startsWith("$")));
    const result = matchBlock(lines, located.block.directives, region, globals);
    if (result.ok) variables = result.value;
    else diagnostics.push(...result.diagnostics);
  }
  return diagnostics;
}

function groupBlocks(directives: readonly Directive[]): readonly Block[] {
  const starts = directives.flatMap((directive, index) => (directive.kind === "label" ? [index] : []));
  const head = { label: undefined, directives: directives.slice(0, starts[0]) };
  const labelled = starts.map((start, index) => ({
    label: directives[start],
    directives: directives.slice(start + 1, starts[index + 1]),
  }));
  return [head, ...labelled];
}

interface LocatedBlock {
  readonly block: Block;
  readonly labelStart: Position | undefined;
  readonly start: Position;
  readonly end: Position;
  /** Set when the block's label is not in the output; its directives are then not tried. */
  readonly fault: Diagnostic | undefined;
}

/** Finds all labels first: a block reaches from behind its label to the next label that is found. */
function locateBlocks(lines: readonly string[], blocks: readonly Block[]): readonly LocatedBlock[] {
  const outputEnd = { line: lines.length - 1, column: lines.at(-1)!.length };
  const located: LocatedBlock[] = [];
  let region: Region = { start: { line: 0, column: 0 }, end: outputEnd };
  for (const block of blocks) {
    const match = block.label && findPattern(lines, block.label.pattern, noVariables, region);
    const fault =
      block.label === undefined || match !== undefined
        ? undefined
        : notFound({ lines, directive: block.label, variables: noVariables, region });
    located.push({
      block,
      labelStart: match?.start,
      start: match?.end ?? region.start,
      end: outputEnd,
      fault,
    });
    region = { start: match?.end ?? region.start, end: outputEnd };
  }
  return located.map((entry, index) => {
    const following = located.slice(index + 1).find(({ labelStart }) => labelStart !== undefined);
    return { ...entry, end: following?.labelStart ?? outputEnd };
  });
}
