/** Something to time; asynchronous where its library is. */
export type Call = () => unknown;

/** Engines compile hot code anew while it runs, so it runs this long before it is timed. */
const WARM_UP_MILLISECONDS = 500;
const BATCHES = 15;
const BATCH_MILLISECONDS = 30;

const collect = (globalThis as { gc?: () => void }).gc;

/** Milliseconds of processor time, of all threads of this process. */
export function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Median milliseconds of processor time per call. What is compared runs in turns, a batch of calls each, so that
 * whatever else the machine does meets all alike.
 */
export async function timeInTurns(calls: readonly Call[]): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const call of calls) counts.push(Math.max(1, Math.round(BATCH_MILLISECONDS / (await warmUp(call)))));
  const times = calls.map((): number[] => []);
  for (let batch = 0; batch < BATCHES; batch++) {
    collect?.();
    for (const [i, call] of calls.entries()) times[i]!.push(await timePerCall(call, counts[i]!));
  }
  return times.map(median);
}

/** Milliseconds of the call that ended the warm-up and those shortly before. */
async function warmUp(call: Call): Promise<number> {
  let last = await timePerCall(call, 1);
  for (let spent = last; spent < WARM_UP_MILLISECONDS; ) {
    const count = Math.max(1, Math.round(BATCH_MILLISECONDS / Math.max(last, 1e-3)));
    last = await timePerCall(call, count);
    spent += last * count;
  }
  return Math.max(last, 1e-3);
}

async function timePerCall(call: Call, count: number): Promise<number> {
  const start = processorMilliseconds();
  for (let i = 0; i < count; i++) {
    const pending = call();
    if (pending instanceof Promise) await pending;
  }
  return (processorMilliseconds() - start) / count;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
