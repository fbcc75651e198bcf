import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BlobFile } from "../../../../compiler/cli/solving/blob-file.ts";
import { Journal } from "../../../../compiler/cli/solving/journal.ts";
import type { StoredSolution } from "../../../../compiler/define/solver-host.ts";
import { f16 } from "../../../../compiler/ir/types.ts";
import { temporaryFolder } from "../command-line.ts";

const solution = (...codes: readonly number[]): StoredSolution => ({
  type: f16,
  components: { codes: Uint8Array.from(codes), scale: Uint8Array.of(1) },
  report: { solver: "rtn", objective: "weight", loss: 0.5, baseline: 0.5, fellBack: false },
});

function openIn(folder: string): Journal {
  return new Journal(join(folder, "journal"), new BlobFile(join(folder, "bytes")));
}

it("a journal gives back what an earlier run wrote, and only that", () => {
  const folder = temporaryFolder();
  const first = openIn(folder);
  first.add("a", solution(1, 2, 3));
  expect(first.find("a")).toBeUndefined();
  const second = openIn(folder);
  expect(second.find("a")).toEqual(solution(1, 2, 3));
  expect(second.find("b")).toBeUndefined();
});

it("a line cut short takes no later line with it", () => {
  const folder = temporaryFolder();
  openIn(folder).add("a", solution(1));
  const path = join(folder, "journal");
  truncateSync(path, readFileSync(path).length - 9);
  openIn(folder).add("b", solution(2));
  const third = openIn(folder);
  expect(third.find("a")).toBeUndefined();
  expect(third.find("b")).toEqual(solution(2));
});

it("a full line whose bytes never came counts as never written", () => {
  const folder = temporaryFolder();
  openIn(folder).add("a", solution(1, 2, 3));
  truncateSync(join(folder, "bytes"), 2);
  expect(openIn(folder).find("a")).toBeUndefined();
});
