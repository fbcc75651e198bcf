import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const BLOCK = 512;

/**
 * Writes the files and folders of an archive into a folder. Reads ustar headers (POSIX.1-1988) as far as the archives of
 * browsers use them: names of up to 100 bytes, no links.
 */
export function extractTar(archive: Uint8Array, folder: string): void {
  for (let at = 0; archive[at] !== undefined && archive[at] !== 0; ) {
    const text = (from: number, length: number): string =>
      new TextDecoder().decode(archive.subarray(at + from, at + from + length)).replace(/\0.*$/s, "");
    const [name, mode, size, kind] = [text(0, 100), octal(text(100, 8)), octal(text(124, 12)), text(156, 1)];
    const path = join(folder, name);
    if (name.split("/").includes("..")) throw new Error(`${name} leaves the folder`);
    if (kind === "5") mkdirSync(path, { recursive: true });
    else if (kind === "0" || kind === "") {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, archive.subarray(at + BLOCK, at + BLOCK + size));
      chmodSync(path, mode);
    } else throw new Error(`${name} is an entry of kind ${kind}, which is not read`);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

const octal = (text: string): number => Number.parseInt(text.trim() || "0", 8);
