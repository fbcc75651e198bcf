import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { extractTar } from "./tar.ts";

/** Whether the browser that comes with the packages runs here: it is a program for Linux on x64. */
export const hasChromium = process.platform === "linux" && process.arch === "x64";
if (!hasChromium)
  console.warn(
    `SKIPPED: tests in a browser, which is there for linux-x64, not ${process.platform}-${process.arch}`,
  );

/** Starts a headless browser with software WebGPU. Throws where it does not start. */
export async function launchChromium(): Promise<Browser> {
  const folder = unpackedChromium();
  const options = {
    executablePath: join(folder, "chromium"),
    headless: true,
    args: [
      "--no-sandbox",
      "--enable-unsafe-webgpu",
      "--use-webgpu-adapter=swiftshader",
      "--disable-background-networking",
    ],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, "lib"), folder].join(":"),
      FONTCONFIG_PATH: folder,
    },
  };
  return chromium.launch(options).catch((cause) => {
    throw new Error(`the browser does not start; without ${folder} it is unpacked once more`, { cause });
  });
}

/** The folder of the browser and its libraries, unpacked on the first call on a machine. */
function unpackedChromium(): string {
  const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../../bin");
  const { version }: { version: string } = JSON.parse(readFileSync(join(packed, "../package.json"), "utf8"));
  const folder = join(tmpdir(), `narrow-chromium-${version}`);
  if (existsSync(folder)) return folder;
  // Aside until it is whole, so that others who test at the same time see all of it or nothing.
  const aside = mkdtempSync(`${folder}-`);
  const unpack = (name: string) => brotliDecompressSync(readFileSync(join(packed, name)));
  writeFileSync(join(aside, "chromium"), unpack("chromium.br"));
  chmodSync(join(aside, "chromium"), 0o755);
  for (const archive of ["al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"])
    extractTar(unpack(archive), aside);
  try {
    renameSync(aside, folder);
  } catch (problem) {
    rmSync(aside, { recursive: true });
    if (!existsSync(folder)) throw problem;
  }
  return folder;
}
