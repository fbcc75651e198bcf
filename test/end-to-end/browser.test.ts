import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "../browser/chromium.ts";
import { type Site, serveFolder } from "../browser/serve-folder.ts";
import { type Block, fencedBlocks, fileNameOf } from "../markdown.ts";
import { narrow, repository } from "./narrow.ts";

const MODEL = "examples/tiny-llama/model.mlir";
const PROMPT = "In the beginning ";
const TOKENS = 60;

interface Generated {
  readonly text: string;
  readonly usesRelaxed: boolean;
  readonly isolated: boolean;
}

describe.runIf(hasChromium)("a compiled language model on a page", () => {
  const folder = mkdtempSync(join(tmpdir(), "narrow-browser-"));
  let browser: Browser;
  let site: Site;
  let page: Page;
  let expected: string;

  beforeAll(async () => {
    await narrow("compile", MODEL, "-o", join(folder, "model.js"));
    writeFileSync(join(folder, "index.html"), "<!doctype html><title>test</title>");
    expected = await interpreted(MODEL);
    browser = await launchChromium();
    site = await serveFolder(folder);
    page = await browser.newPage();
    await page.goto(`${site.origin}/index.html`);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(folder, { recursive: true });
  });

  /** What the interpreter writes after the prompt: one token per byte, so its text is its tokens. */
  const interpreted = async (model: string): Promise<string> => {
    const args = ["--prompt", PROMPT, "--max-tokens", String(TOKENS), "--json"];
    return JSON.parse(await narrow("generate", model, ...args)).text;
  };

  /** What the page writes. */
  const generate = (options: string, name = "model"): Promise<Generated> =>
    page.evaluate(`(async () => {
      const { load } = await import("/${name}.js");
      const model = await load(undefined, ${options});
      const tokens = [];
      const prompt = new TextEncoder().encode(${JSON.stringify(PROMPT)});
      for await (const token of model.generate(prompt, { maxTokens: ${TOKENS} })) tokens.push(token);
      model.close();
      const text = new TextDecoder().decode(Uint8Array.from(tokens));
      return { text, usesRelaxed: model.usesRelaxed, isolated: crossOriginIsolated };
    })()`);

  it("writes what the interpreter writes, with relaxed SIMD", async () => {
    expect(expected).toHaveLength(TOKENS);
    expect(await generate("{}")).toEqual({ text: expected, usesRelaxed: true, isolated: true });
  });

  it("writes the same without relaxed SIMD", async () => {
    expect(await generate("{ relaxed: false }")).toMatchObject({ text: expected, usesRelaxed: false });
  });

  it.each([2, 3])("writes the same on %i threads", async (threads) => {
    expect(await generate(`{ threads: ${threads} }`)).toMatchObject({ text: expected });
  });

  /** The code and the message with which the page refuses a call. */
  const failure = (on: Page, call: string): Promise<string> =>
    on.evaluate(`import("/model.js").then(async ({ load, NarrowError }) => {
      const problem = await ${call}.catch((problem) => problem);
      if (problem instanceof NarrowError) return problem.code + ": " + problem.message;
      return problem instanceof Error ? String(problem) : "nothing was refused";
    })`);

  it("writes what the interpreter writes with 4-bit weights and 8-bit inputs, with and without relaxed SIMD", async () => {
    const quantized = join(folder, "quantized.mlir");
    await narrow("quantize", MODEL, "--recipe", "w4g32a8-token", "-o", quantized);
    await narrow("compile", quantized, "-o", join(folder, "quantized.js"));
    const text = await interpreted(quantized);
    expect(text).not.toBe(expected);
    for (const relaxed of [true, false])
      expect(await generate(`{ relaxed: ${relaxed} }`, "quantized")).toMatchObject({
        text,
        usesRelaxed: relaxed,
      });
  });

  it("writes the same on the page and in the script that the README shows", async () => {
    const readme = fencedBlocks(readFileSync(join(repository, "README.md"), "utf8"));
    const blockNamed = (name: string): Block => readme.find((block) => fileNameOf(block) === name)!;
    // In a folder of its own, so that no other compilation's weights lie there.
    const own = join(folder, "readme");
    mkdirSync(own);
    await narrow("compile", MODEL, "-o", join(own, "model.mjs"));
    for (const name of ["page.html", "continue.mjs"]) writeFileSync(join(own, name), blockNamed(name).text);
    expect(readdirSync(own).sort()).toEqual([
      "continue.mjs",
      "model.d.mts",
      "model.mjs",
      "model.weights",
      "page.html",
    ]);
    const shown = await browser.newPage();
    await shown.goto(`${site.origin}/readme/page.html`);
    const whole = `document.getElementById("text").textContent.length === ${PROMPT.length + TOKENS}`;
    await shown.waitForFunction(whole, undefined, { timeout: 60_000 });
    expect(await shown.textContent("#text")).toBe(PROMPT + expected);
    await shown.close();
    const { stdout } = spawnSync(process.execPath, ["continue.mjs"], { cwd: own, encoding: "utf8" });
    expect(stdout).toBe(expected);
    const after = readme.findIndex(({ text }) => text === "node continue.mjs\n") + 1;
    expect(readme[after]).toMatchObject({ text: `${expected}\n`, follows: true });
  });

  it("refuses weights that are not its own", async () => {
    const weights = readFileSync(join(folder, "model.weights"));
    weights[weights.length >> 1]! ^= 1;
    writeFileSync(join(folder, "other.weights"), weights);
    const fetched = `await fetch("/other.weights").then((response) => response.arrayBuffer())`;
    expect(await failure(page, `load(${fetched})`)).toMatch(/^weights-hash: /);
    expect(await failure(page, "load(new Uint8Array(3))")).toMatch(/^weights-size: /);
  });

  it("names the weights that the server does not have, and the server that is not there", async () => {
    const alone = mkdtempSync(join(tmpdir(), "narrow-browser-"));
    copyFileSync(join(folder, "model.js"), join(alone, "model.js"));
    copyFileSync(join(folder, "index.html"), join(alone, "index.html"));
    const without = await serveFolder(alone);
    const other = await browser.newPage();
    await other.goto(`${without.origin}/index.html`);
    const missing = `weights-missing: the weights cannot be read from ${without.origin}/model.weights: `;
    expect(await failure(other, "load()")).toContain(`${missing}status 404`);
    await without.close();
    expect(await failure(other, "load()")).toContain(`${missing}Failed to fetch`);
    await other.close();
    rmSync(alone, { recursive: true });
  });

  it("says which headers a page with threads needs", async () => {
    const open = await serveFolder(folder, { isolated: false });
    const other = await browser.newPage();
    await other.goto(`${open.origin}/index.html`);
    expect(await failure(other, "load(undefined, { threads: 2 })")).toMatch(
      /^shared-memory: .*Cross-Origin-Opener-Policy: same-origin/,
    );
    expect(await failure(other, "load()")).toBe("nothing was refused");
    await other.close();
    await open.close();
  });
});
