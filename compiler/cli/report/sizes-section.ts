import { rolesIn } from "./charts.ts";
import { type Html, html, table } from "./html.ts";
import type { ParamBytes, Sizes } from "./sizes.ts";

/** The table of bytes, which ends in the length of the weights files, with its plots. */
export function sizesSection({ params, others, inline, files }: Sizes, bytes: Html, bits: Html): Html {
  const roles = rolesIn(params);
  const columns = [
    { head: "parameter" },
    ...["elements", ...roles, "bytes", "bits/element"].map((head) => ({ head, isNumber: true })),
  ];
  const count = (number: number) => (number === 0 ? "" : number.toLocaleString("en"));
  const line = ({ name, elements, roles: own, total }: ParamBytes) => [
    name,
    count(elements),
    ...roles.map((role) => count(own[role])),
    count(total),
    ((8 * total) / elements).toFixed(3),
  ];
  const sum = (select: (each: ParamBytes) => number) =>
    params.reduce((total, each) => total + select(each), 0);
  const blank = roles.map(() => "");
  const only = (name: string, number: number) =>
    number === 0 ? [] : [[name, "", ...blank, count(number), ""]];
  const total = sum((each) => each.total);
  const elements = sum((each) => each.elements);
  const size = files.reduce((all, each) => all + each.size, 0);
  const foot = [
    [
      "all parameters",
      count(elements),
      ...roles.map((role) => count(sum((each) => each.roles[role]))),
      count(total),
      ((8 * total) / elements).toFixed(3),
    ],
    ...only("constants of no parameter", others),
    ...files.flatMap(({ file, overhead, unused }) => [
      ...only(`${file}: header and padding`, overhead),
      ...only(`${file}: tensors this module does not use`, unused),
    ]),
    ...only("less what is written in the module itself", -inline),
    [html`<b>bytes of the weights files</b>`, "", ...blank, html`<b>${size.toLocaleString("en")}</b>`, ""],
  ];
  return html`<h2>Size</h2>
${bytes}${bits}${table(columns, params.map(line), foot)}`;
}
