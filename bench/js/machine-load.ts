import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { processorMilliseconds } from "./timing.ts";

/** Milliseconds that all cores together were busy since the system started. */
const busyMilliseconds = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** Watches, from now on, how many cores other processes keep busy on average. */
export function watchOthers(): () => number {
  const start = { busy: busyMilliseconds(), own: processorMilliseconds(), clock: performance.now() };
  return () => {
    const others = busyMilliseconds() - start.busy - (processorMilliseconds() - start.own);
    return Math.max(0, others / (performance.now() - start.clock));
  };
}
