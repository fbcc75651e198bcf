import { SingleBar } from "cli-progress";
import type { Io } from "./io.ts";

/** Shows how far a long job has come. */
export interface Progress {
  show(done: number, total: number, label: string): void;
  end(): void;
}

/** A bar on a terminal; elsewhere a line now and then, so that logs stay short. */
export function progressOn(io: Io, title: string): Progress {
  if (!io.terminal) return progressLines(io, title);
  const bar = new SingleBar({
    format: `${title} [{bar}] {value}/{total} {label}`,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  let started = false;
  return {
    show(done, total, label) {
      if (!started) bar.start(total, 0, { label });
      started = true;
      bar.setTotal(total);
      bar.update(done, { label });
    },
    end() {
      if (started) bar.stop();
    },
  };
}

/** At least this long between two lines, and before the first: short jobs say nothing. */
const QUIET_MILLISECONDS = 3000;

function progressLines(io: Io, title: string): Progress {
  let last = performance.now();
  return {
    show(done, total, label) {
      if (performance.now() - last < QUIET_MILLISECONDS) return;
      last = performance.now();
      io.err(`${title}: ${done}/${total} ${label}\n`);
    },
    end() {},
  };
}
