import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const target = join(root, "runtime/js/emit/artifact-text.ts");

test("the text that goes into artifacts is what its sources bundle to", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(root, "runtime/js/artifact/index.ts")],
    absWorkingDir: root,
    bundle: true,
    format: "iife",
    globalName: "narrow",
    target: "es2022",
    charset: "utf8",
    write: false,
  });
  const text = `// Made of runtime/js/artifact/ by NARROW_UPDATE=1 npx vitest run test/runtime/js/artifact-text.test.ts
/** JavaScript that defines \`narrow\`: the loader, as it stands at the top of every artifact. */
export const artifactText =
  ${JSON.stringify(outputFiles[0]!.text)};
`;
  if (process.env.NARROW_UPDATE) writeFileSync(target, text);
  expect(readFileSync(target, "utf8")).toBe(text);
});
