import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { escapeHtml, html, table } from "../../../../compiler/cli/report/html.ts";
import { text, writeSmallModel } from "../../../runtime/calibration/small-model.ts";
import { temporaryFolder } from "../../import/files.ts";
import { narrow, read, write } from "../command-line.ts";

const folder = temporaryFolder();
const full = ["--reference", "dense.mlir", "--text", "text.txt"];
let page = "";

beforeAll(async () => {
  await writeSmallModel(folder);
  write(folder, "text.txt", text);
  page = await reportOn("hoisted.mlir", ...full);
});

async function reportOn(model: string, ...options: readonly string[]): Promise<string> {
  const { status, out, err } = await narrow(folder, "report", model, ...options, "-o", "page.html");
  expect({ status, out, err }).toEqual({ status: 0, out: "", err: "wrote page.html\n" });
  return read(folder, "page.html");
}

const chartsOf = (some: string): number => some.match(/<svg /g)?.length ?? 0;
const sectionsOf = (some: string): readonly string[] =>
  [...some.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, head]) => head!);

/** The cells of the rows of the table under a heading. */
function rowsUnder(some: string, heading: string): readonly (readonly string[])[] {
  const section = some.split(`<h2>${heading}</h2>`)[1]!.split("<h2>")[0]!;
  return [...section.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => cell!.replace(/<[^>]+>/g, "")),
  );
}

describe("a report", () => {
  it("has all its parts", () => {
    expect(sectionsOf(page)).toEqual(["Files", "Size", "Noise", "Weights", "Inputs of layers", "Parameters"]);
    // Bytes, bits and noise; one quantized weight; three inputs, as @up and @gate share theirs.
    expect(chartsOf(page)).toBe(3 + 1 + 3);
    expect(page).toContain(">up, gate</text>");
  });

  it("needs nothing but itself", () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|base)\b|\bsrc=|@import|url\(|javascript:/);
    const addresses = [...page.matchAll(/https?:\/\/[^"'<\s]*/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
    );
  });

  it("closes every element it opens", () => {
    const open: string[] = [];
    for (const [, slash, name, rest] of page.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
      if (slash) expect(open.pop()).toBe(name);
      else if (!rest!.endsWith("/") && name !== "meta") open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it("is the same for the same inputs, wherever it is written from", async () => {
    const again = await reportOn("hoisted.mlir", ...full);
    expect(again).toBe(page);
    const elsewhere = temporaryFolder();
    const at = (name: string) => join(folder, name);
    const options = ["--reference", at("dense.mlir"), "--text", at("text.txt"), "-o", "page.html"];
    expect(await narrow(elsewhere, "report", at("hoisted.mlir"), ...options)).toMatchObject({ status: 0 });
    expect(read(elsewhere, "page.html")).toBe(page);
  });

  it("adds up to the bytes of the weights files", () => {
    const rows = rowsUnder(page, "Size");
    const number = (cell: string | undefined) => Number((cell ?? "").replaceAll(",", ""));
    const bytesAt = rows[0]!.indexOf("bytes");
    const names = ["table", "up", "gate", "down", "head"];
    const params = rows.filter(([name]) => names.includes(name!));
    expect(params.map(([name]) => name)).toEqual(names);
    const sizes = ["hoisted.safetensors", "weights.safetensors"].map(
      (file) => statSync(join(folder, file)).size,
    );
    const feet = rows.slice(rows.findIndex(([name]) => name === "all parameters") + 1);
    const [last, ...others] = feet.toReversed();
    expect(last![0]).toBe("bytes of the weights files");
    expect(number(last![bytesAt])).toBe(sizes[0]! + sizes[1]!);
    const parts = [...params, ...others].reduce((sum, row) => sum + number(row[bytesAt]), 0);
    expect(parts).toBe(sizes[0]! + sizes[1]!);
    expect(others.map(([name]) => name)).toContain("weights.safetensors: tensors this module does not use");
    // 30 codes of 8 bits and 5 scales of 32: 50 bytes for 30 weights.
    expect(params[1]!.slice(-2)).toEqual(["50", "13.333"]);
  });

  it("has the ratios that eval prints", async () => {
    const evaluation = ["hoisted.mlir", ...full, "--layers", "--json"];
    const { out } = await narrow(folder, "eval", ...evaluation);
    const { layers, loss, kl } = JSON.parse(out);
    const shown = (decibels: number | null) => (decibels === null ? "exact" : decibels.toFixed(2));
    const expected = layers.map(({ name, weight, local, cumulative }: Record<string, number | null>) => [
      name,
      ...[weight, local, cumulative].map((each) => shown(each!)),
    ]);
    expect(rowsUnder(page, "Noise").slice(1)).toEqual(expected);
    expect(page).toContain(`<b>${loss.toFixed(4)}</b>loss, nats per token`);
    expect(page).toContain(`<b>${kl.toFixed(5)}</b>KL to the reference, nats`);
  });

  it("says how each parameter came about", () => {
    const rows = rowsUnder(page, "Parameters");
    expect(rows[2]).toEqual([
      "up",
      "tensor&lt;5x6x!lowp.q&lt;i8, block = [1, *], scale = f32&gt;&gt;",
      "rtn, by quantize-weights",
      "",
      "",
    ]);
    expect(rows[3]).toEqual(["gate", "tensor&lt;5x6xf32&gt;", "–", "", ""]);
  });

  it("is shorter where less is given", async () => {
    const alone = await reportOn("hoisted.mlir");
    expect(sectionsOf(alone)).toEqual(["Files", "Size", "Weights", "Parameters"]);
    expect(alone).not.toContain("loss");
    const compared = await reportOn("hoisted.mlir", "--reference", "dense.mlir");
    expect(sectionsOf(compared)).toEqual(["Files", "Size", "Noise", "Weights", "Parameters"]);
    expect(rowsUnder(compared, "Noise")[0]).toEqual(["layer", "weight dB"]);
    const read = await reportOn("hoisted.mlir", "--text", "text.txt", "--limit", "8");
    expect(sectionsOf(read)).toEqual(["Files", "Size", "Weights", "Inputs of layers", "Parameters"]);
    expect(read).toContain("Scored: 8 tokens in windows of 4");
  });

  it("is not written where something is wrong", async () => {
    const { status, err } = await narrow(
      folder,
      "report",
      "hoisted.mlir",
      "--text",
      "absent",
      "-o",
      "no.html",
    );
    expect(status).toBe(1);
    expect(err).toContain("error[file-not-found]");
    expect(await narrow(folder, "report", "hoisted.mlir", "-o", "absent/no.html")).toMatchObject({
      status: 1,
      err: expect.stringContaining("error[write-folder]"),
    });
    expect(readdirSync(folder).filter((name) => /no\.html|partial/.test(name))).toEqual([]);
  });
});

describe("markup", () => {
  it("escapes text, wherever it stands", () => {
    expect(escapeHtml(`<a href="x">&</a>`)).toBe("&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
    expect(html`<p title="${'"'}">${"<"}${html`<b>${["&", 1]}</b>`}${undefined}</p>`.html).toBe(
      '<p title="&quot;">&lt;<b>&amp;1</b></p>',
    );
  });

  it("has tables with a head and a foot", () => {
    const made = table([{ head: "a<" }, { head: "n", isNumber: true }], [["x", 1]], [["all", 1]]).html;
    expect(made).toContain('<th scope="col">a&lt;</th><th scope="col" class="number">n</th>');
    expect(made).toContain('<tr><td>x</td><td class="number">1</td></tr>');
    expect(made).toContain("<tfoot>");
  });
});
