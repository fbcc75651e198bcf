import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRegistry } from "../../../compiler/define/dialect.ts";
import { allDialects } from "../../../dialects/index.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Example {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Everything this repository can parse. */
export const registry = createRegistry(allDialects, []);

/** The MLIR files of the repository that promise to be valid. */
export const validExamples: readonly Example[] = ["test", "examples"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => path.endsWith(".mlir") && !path.includes(".expected."))
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
  .filter(({ text }) => !text.includes("expected-error") && !text.includes("// -----"));

/** Whether the long forms of the property tests were asked for. */
export const long = process.env.NARROW_LONG === "1";
