import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Compiled } from "../../runtime/js/emit/compile.ts";
import { emitModule } from "../../runtime/js/emit/emit-module.ts";

/** Writes the files of a program into a folder of its own; gives the address of its module. */
export function writeProgram(folder: string, compiled: Compiled, name: string): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  // Its ending says that it is a module, wherever the folder is.
  const files = emitModule(compiled, "model");
  writeFileSync(join(own, "model.weights"), files[".weights"]);
  writeFileSync(join(own, "model.mjs"), files[".js"]);
  return pathToFileURL(join(own, "model.mjs")).href;
}

/** Bytes that a process of its own holds after the program has added tokens to a prompt. */
export function bytesOfProcess(
  folder: string,
  compiled: Compiled,
  prompt: Int32Array,
  tokens: number,
): number {
  const url = writeProgram(folder, compiled, "resident");
  return residentBytes(`
    const { load } = await import(${JSON.stringify(url)});
    const model = await load();
    for await (const _ of model.generate([${prompt.join()}], { maxTokens: ${tokens} }));`);
}

/** Bytes of a process that runs nothing. */
export const bytesOfEmptyProcess = (): number => residentBytes("");

function residentBytes(work: string): number {
  const code = `${work}\nconsole.log(process.memoryUsage.rss());`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }));
}
