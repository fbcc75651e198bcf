import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAll, writeAside } from "../../../compiler/export/write-aside.ts";
import { codesOf, expectValue, problemsOf, temporaryFolder } from "../import/files.ts";

const folder = temporaryFolder();
const text = (content: string) => (descriptor: number) => writeAll(descriptor, Buffer.from(content));

test("replaces the old file and leaves nothing else", () => {
  const path = join(folder, "a.txt");
  writeFileSync(path, "a longer old content");
  expectValue(writeAside(path, text("new")));
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("keeps the old file while the new one is written and when writing fails", () => {
  const path = join(folder, "a.txt");
  const failing = () => {
    expect(readFileSync(path, "utf8")).toBe("new");
    throw new Error("a bug");
  };
  expect(() => writeAside(path, failing)).toThrow("a bug");
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("replaces the file that a link leads to, not the link", () => {
  symlinkSync(join(folder, "a.txt"), join(folder, "link"));
  expectValue(writeAside(join(folder, "link"), text("linked")));
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("linked");
  expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
  rmSync(join(folder, "link"));
});

test("writes into a pipe, and leaves it one", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  // Opened for both, a pipe waits for nobody.
  const reader = openSync(path, "r+");
  expectValue(writeAside(path, text("through")));
  const bytes = Buffer.alloc(16);
  expect(bytes.toString("utf8", 0, readSync(reader, bytes))).toBe("through");
  closeSync(reader);
  expect(statSync(path).isFIFO()).toBe(true);
  rmSync(path);
});

test("reports what the operating system refuses, naming the path", () => {
  mkdirSync(join(folder, "taken"));
  writeFileSync(join(folder, "taken", "file"), "");
  const cases: readonly (readonly [string, string])[] = [
    [join(folder, "absent", "b.txt"), "write-folder"],
    [join(folder, "a.txt", "b.txt"), "write-folder"],
    [join(folder, "taken"), "write-failed"],
  ];
  for (const [path, code] of cases) {
    const result = writeAside(path, text("x"));
    expect(codesOf(result)).toEqual([code]);
    expect(problemsOf(result)[0]?.message).toContain(path);
  }
  expect(readdirSync(folder).toSorted()).toEqual(["a.txt", "taken"]);
});

// The superuser may write anywhere.
test.skipIf(process.getuid?.() === 0)("reports a folder without permission", () => {
  const locked = join(folder, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const result = writeAside(join(locked, "c.txt"), text("x"));
  chmodSync(locked, 0o700);
  expect(codesOf(result)).toEqual(["write-permission"]);
});
