import { messageOf, refuse } from "./failure.ts";
import { type Start, serve, type Thread, Threads } from "./threads.ts";

/** Marks the module where it is loaded as a thread of itself: in its address, or in the data of Node's threads. */
const MARK = "narrow-thread";

interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: (() => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}
declare const Worker: new (url: URL, options: { readonly type: "module" }) => WebWorker;
declare const crossOriginIsolated: boolean;
declare function postMessage(message: unknown): void;
declare function addEventListener(type: "message", listen: (event: { readonly data: Start }) => void): void;

/** Not seen by bundlers for browsers, which have no such module. */
const NODE_THREADS = "node:worker_threads";
const isNode = (): boolean => typeof process !== "undefined" && process.versions?.node !== undefined;

/** Starts threads that run the module at an address once more, each waiting for its part. */
export async function startThreads(url: string, count: number): Promise<Threads> {
  const address = new URL(url);
  if (!isNode()) {
    if (!crossOriginIsolated)
      refuse(
        "shared-memory",
        "threads share memory, which a page may only if it is served with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
      );
    address.searchParams.set(MARK, "");
  }
  const start = isNode() ? await nodeThread(address) : () => webThread(address);
  try {
    return new Threads(Array.from({ length: count }, start));
  } catch (problem) {
    return notStarted(address, problem);
  }
}

const notStarted = (address: URL, problem: unknown): never =>
  refuse("thread", `a thread of ${address} did not start: ${messageOf(problem)}`);

async function nodeThread(address: URL): Promise<() => Thread> {
  const { Worker: NodeWorker }: typeof import("node:worker_threads") = await import(NODE_THREADS);
  return () => {
    // Without the options of this process, such as --input-type, that a file cannot be run with.
    const worker = new NodeWorker(address, { workerData: MARK, execArgv: [] });
    const ready = new Promise<void>((resolve, reject) => {
      worker.once("message", () => resolve());
      worker.once("error", reject);
    });
    return {
      post: (message) => worker.postMessage(message),
      // A program may end while its threads wait for more.
      ready: ready.then(
        () => worker.unref(),
        (problem) => notStarted(address, problem),
      ),
      close: () => void worker.terminate(),
    };
  };
}

function webThread(address: URL): Thread {
  const worker = new Worker(address, { type: "module" });
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) => reject(message ?? "it cannot be loaded");
  });
  return {
    post: (message) => worker.postMessage(message),
    ready: ready.catch((problem) => notStarted(address, problem)),
    close: () => worker.terminate(),
  };
}

/** Serves if the module at this address was loaded as a thread of itself; else does nothing. */
export async function serveIfThread(url: string): Promise<void> {
  if (isNode()) {
    const { parentPort, workerData }: typeof import("node:worker_threads") = await import(NODE_THREADS);
    if (workerData === MARK)
      parentPort?.once("message", (start: Start) => serve(start, () => parentPort.postMessage("ready")));
  } else if (new URL(url).searchParams.has(MARK))
    addEventListener("message", ({ data }) => serve(data, () => postMessage("ready")));
}
