/** Markup, as opposed to text that is yet to be escaped. */
export interface Html {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as it stands in elements and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign]!);

export const markup = (html: string): Html => ({ html });

/** What may be put into a page: text is escaped, markup is not, lists are joined. */
type Part = string | number | Html | undefined | readonly Part[];

/** Builds markup: html`<p>${text}</p>` escapes the text. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  markup(pieces.map((piece, i) => (i === 0 ? piece : partText(parts[i - 1]) + piece)).join(""));

function partText(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "html" in part ? part.html : part.map(partText).join("");
}

/** A column of a table; those of numbers are flush right. */
export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

/** A table with a head; `foot` rows stand apart. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  foot: readonly (readonly Part[])[] = [],
): Html {
  const cells = (row: readonly Part[]) =>
    row.map((cell, i) => html`<td${markup(columns[i]?.isNumber ? ' class="number"' : "")}>${cell}</td>`);
  const lines = (some: readonly (readonly Part[])[]) => some.map((row) => html`<tr>${cells(row)}</tr>\n`);
  const heads = columns.map(
    ({ head, isNumber }) => html`<th scope="col"${markup(isNumber ? ' class="number"' : "")}>${head}</th>`,
  );
  return html`<div class="wide"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines(rows)}</tbody>
${foot.length > 0 ? html`<tfoot>\n${lines(foot)}</tfoot>\n` : undefined}</table></div>`;
}
