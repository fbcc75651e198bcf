import { expect, it } from "vitest";
import { median, processorMilliseconds, timeInTurns } from "../../../bench/js/timing.ts";

/** Keeps the processor busy. */
function work(milliseconds: number): void {
  for (const end = processorMilliseconds() + milliseconds; processorMilliseconds() < end; );
}

it("counts processor time of calls, whether they answer at once or later", async () => {
  const waiting = async () => {
    work(1);
    await new Promise((resolve) => setTimeout(resolve, 4));
  };
  const pace = { warmUpMilliseconds: 10, batches: 5, batchMilliseconds: 4 };
  const [short, long, later] = await timeInTurns([() => work(1), () => work(4), waiting], pace);
  expect(short).toBeGreaterThan(0.9);
  expect(long! / short!).toBeGreaterThan(2);
  // What waits costs no processor time.
  expect(later).toBeLessThan(long!);
});

it("takes the middle, or the mean of both", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
