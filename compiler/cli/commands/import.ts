import { dirname, relative } from "node:path";
import type { Command } from "commander";
import { type ImportHost, importHuggingface } from "../../../dialects/lowp/import/hf-llama.ts";
import { importLlama2c } from "../../../dialects/lowp/import/llama2c.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { ConstantStore } from "../../ir/constants.ts";
import type { Module } from "../../ir/module.ts";
import { verify } from "../../verify/verify.ts";
import type { AddCommand, Session } from "../command.ts";
import { constantHost, sha256 } from "../constant-host.ts";
import { FAILED, OK, report, resolvePath, shownPath } from "../io.ts";
import { progressOn } from "../progress.ts";
import { saveModule } from "../save.ts";

interface ImportOptions {
  readonly output: string;
  readonly tokenizer?: string;
}

export const importCommand: AddCommand = (program, { session, finish }) => {
  const command = program.command("import").description("a model becomes textual IR beside its weights");
  const output = (sub: Command) => sub.requiredOption("-o, --output <file>", "module to write");
  output(command.command("hf"))
    .description("a Hugging Face Llama directory: config.json, safetensors, tokenizer.json")
    .argument("<folder>", "directory of the model")
    .action((folder: string, options: ImportOptions) => finish(importFolder(session(), folder, options)));
  output(command.command("llama2c"))
    .description("a llama2.c checkpoint (.bin); its weights are written beside the module")
    .argument("<file>", "checkpoint")
    .requiredOption("--tokenizer <file>", "its tokenizer.bin")
    .action((file: string, options: ImportOptions) => finish(importCheckpoint(session(), file, options)));
};

/** Paths in a module are relative to its folder, with forward slashes. */
const relativeTo = (output: string) => (path: string) =>
  relative(dirname(output), path).replaceAll("\\", "/");

function importFolder(session: Session, folder: string, { output }: ImportOptions): number {
  const { io } = session;
  const target = resolvePath(io, output);
  const progress = progressOn(io, "import");
  const host: ImportHost = {
    sha256,
    relativePath: relativeTo(target),
    progress: (done, total, label) => progress.show(done, total, label),
  };
  const module = importHuggingface(resolvePath(io, folder), host);
  progress.end();
  return save(session, target, module, new ConstantStore(constantHost(dirname(target))));
}

function importCheckpoint(session: Session, file: string, { output, tokenizer }: ImportOptions): number {
  const { io } = session;
  const target = resolvePath(io, output);
  const constants = new ConstantStore(constantHost(dirname(target)));
  const module = importLlama2c(
    resolvePath(io, file),
    relativeTo(target)(resolvePath(io, tokenizer!)),
    constants,
  );
  return save(session, target, module, constants);
}

function save(
  { io, registry }: Session,
  target: string,
  module: Result<Module>,
  constants: ConstantStore,
): number {
  const problems = module.ok ? verify(module.value, registry) : module.diagnostics;
  if (!module.ok || problems.length > 0) {
    report(io, problems, new Map());
    return FAILED;
  }
  const saved = saveModule(target, { module: module.value, constants, folder: dirname(target), registry });
  if (!saved.ok) {
    report(io, saved.diagnostics, new Map());
    return FAILED;
  }
  for (const path of saved.value) io.err(`wrote ${shownPath(io, path)}\n`);
  return OK;
}
