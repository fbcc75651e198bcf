import { extname, resolve } from "node:path";
import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { openHuggingfaceTokenizer } from "./huggingface-tokenizer.ts";
import { openLlama2cTokenizer } from "./llama2c-tokenizer.ts";
import { byteTokenizer, type Tokenizer } from "./tokenizer.ts";

/**
 * The tokenizer that a model names: `bytes`, or a file relative to `folder` that ends in .json (Hugging
 * Face) or .bin (llama2.c). Codes: `tokenizer-spec` and those of the two formats.
 */
export function loadTokenizer(spec: string, folder: string): Result<Tokenizer> {
  if (spec === "bytes") return ok(byteTokenizer());
  const path = resolve(folder, spec);
  switch (extname(spec)) {
    case ".json":
      return openHuggingfaceTokenizer(path);
    case ".bin":
      return openLlama2cTokenizer(path);
    default:
      return fail(
        error(
          "tokenizer-spec",
          `the tokenizer ${JSON.stringify(spec)} is neither "bytes" nor a .json or .bin file`,
          {
            hint: 'name a tokenizer.json, a tokenizer.bin of llama2.c, or "bytes"',
          },
        ),
      );
  }
}
