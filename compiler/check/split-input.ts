/** One piece of a file that holds several independent inputs. */
export interface InputPiece {
  readonly text: string;
  /** Where the piece starts in the whole file. */
  readonly startOffset: number;
  /** The one-based line of the whole file at which the piece starts. */
  readonly startLine: number;
}

/** The pieces of `text` between lines `// -----`; the separators belong to none of them. */
export function splitInput(text: string): readonly InputPiece[] {
  const pieces: InputPiece[] = [];
  let startOffset = 0;
  let startLine = 1;
  for (const separator of text.matchAll(/^\/\/ -----[ \t]*\r?(?:\n|$(?!\n))/gm)) {
    const piece = text.slice(startOffset, separator.index);
    pieces.push({ text: piece, startOffset, startLine });
    startOffset = separator.index + separator[0].length;
    startLine += piece.split("\n").length;
  }
  pieces.push({ text: text.slice(startOffset), startOffset, startLine });
  return pieces;
}
