import { existsSync, readFileSync } from "node:fs";
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

/** Whether there are dot products of bytes, and how wide vectors are, is most of what tells processors apart here. */
const extensions = ["avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8", "asimd", "asimddp"];
const PROCESSOR_FILE = "/proc/cpuinfo";

/** Of the extensions above, those that Linux says the processor has; none on other systems. */
export function vectorExtensions(): readonly string[] {
  if (!existsSync(PROCESSOR_FILE)) return [];
  const words = new Set(readFileSync(PROCESSOR_FILE, "utf8").split(/\s+/));
  return extensions.filter((name) => words.has(name));
}
