/** Something to time; asynchronous where its library is. */
export type Call = () => unknown;

export interface Pace {
  /** Engines compile hot code anew while it runs, so it runs this long before it is timed. */
  readonly warmUpMilliseconds: number;
  readonly batches: number;
  readonly batchMilliseconds: number;
}
const measured: Pace = { warmUpMilliseconds: 500, batches: 15, batchMilliseconds: 30 };

/** Collection goes on in threads whose processor time counts too: about as long as a batch, if nobody waits. */
const COLLECTION_MILLISECONDS = 50;

async function collect(): Promise<void> {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) return;
  gc();
  await new Promise((resolve) => setTimeout(resolve, COLLECTION_MILLISECONDS));
}

/** Milliseconds of processor time, of all threads of this process. */
export function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Median milliseconds of processor time per call. What is compared runs in turns, a batch of calls each, another
 * one first every time, so that whatever else the machine does meets all alike.
 */
export async function timeInTurns(calls: readonly Call[], pace: Pace = measured): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const call of calls) counts.push(countFor(await warmUp(call, pace), pace));
  const times = calls.map((): number[] => []);
  for (let batch = 0; batch < pace.batches; batch++) {
    await collect();
    for (let turn = 0; turn < calls.length; turn++) {
      const i = (batch + turn) % calls.length;
      times[i]!.push(await timePerCall(calls[i]!, counts[i]!));
    }
  }
  return times.map(median);
}

/** Milliseconds of a call in the last batch of the warm-up. */
async function warmUp(call: Call, pace: Pace): Promise<number> {
  let last = await timePerCall(call, 1);
  for (let spent = last; spent < pace.warmUpMilliseconds; ) {
    const count = countFor(last, pace);
    last = await timePerCall(call, count);
    spent += last * count;
  }
  return last;
}

/** Calls of a batch; what takes no time that the system counts takes at least a microsecond. */
const countFor = (milliseconds: number, { batchMilliseconds }: Pace): number =>
  Math.max(1, Math.round(batchMilliseconds / Math.max(milliseconds, 1e-3)));

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
