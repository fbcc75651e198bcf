import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRegistry } from "../../../compiler/define/dialect.ts";
import { builtin } from "../../../dialects/builtin/index.ts";
import { funcDialect } from "../../../dialects/func/index.ts";
import { allDialects } from "../../../dialects/index.ts";
import { quant } from "../../../dialects/quant/index.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Example {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Everything this repository can parse. */
export const registry = createRegistry(allDialects, []);

/** Only what other MLIR tools have too: the files of `interop` use dialects we have as they are named elsewhere. */
const upstream = createRegistry([builtin, funcDialect, quant], []);

/** The registry a file was written for. */
export const registryOf = (path: string) => (path.includes("/interop/") ? upstream : registry);

/** The MLIR files of the repository that promise to be valid. */
export const validExamples: readonly Example[] = ["test", "examples"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => path.endsWith(".mlir") && !path.includes(".expected."))
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
  .filter(
    ({ text }) =>
      !text.includes("expected-error") && !text.includes("// -----") && !/RUN(?:\[\w+\])?: not /.test(text),
  );

/** Whether the long forms of the property tests were asked for. */
export const long = process.env.NARROW_LONG === "1";
