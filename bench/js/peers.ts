import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../accuracy/root.ts";
import { encodeOnnx, type Graph, type Protobuf } from "./onnx.ts";

export const peerNames = ["onnxruntime-web", "onnxruntime-node"] as const;
export type PeerName = (typeof peerNames)[number];

/** What is used of ONNX Runtime, which has one interface in both packages. */
interface OnnxRuntime {
  readonly env: {
    readonly versions: Readonly<Record<string, string>>;
    readonly wasm: { numThreads?: number };
  };
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => OnnxTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
}
interface OnnxTensor {
  readonly data: Float32Array;
}
interface OnnxSession {
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** A program ready to run on one input, again and again. */
export interface PeerProgram {
  run(): Promise<Float32Array>;
  release(): Promise<void>;
}

/** One of the libraries that narrow is measured beside, on one thread. */
export interface Peer {
  readonly name: PeerName;
  readonly version: string;
  /** Throws what the library throws where it cannot run the graph. */
  load(graph: Graph, input: Float32Array): Promise<PeerProgram>;
}

const folder = join(root, "bench");
const require = createRequire(join(folder, "package.json"));

/** Installs what `bench/package.json` names, as its lockfile has it, where it is missing. Throws where that fails. */
export function installPeers(): void {
  if (existsSync(join(folder, "node_modules/.package-lock.json"))) return;
  console.error("installing what bench/package.json names: npm ci --prefix bench");
  execFileSync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

export async function loadPeers(): Promise<readonly Peer[]> {
  const { default: protobuf } = await importPackage<{ readonly default: Protobuf }>("protobufjs");
  // Both register what they run on as "cpu" with the code they share, and the first to do so gets it.
  const node = await loadPeer("onnxruntime-node", protobuf);
  return [await loadPeer("onnxruntime-web", protobuf), node];
}

const options: Readonly<Record<PeerName, object>> = {
  "onnxruntime-web": { executionProviders: ["wasm"] },
  "onnxruntime-node": { executionProviders: ["cpu"], intraOpNumThreads: 1, interOpNumThreads: 1 },
};

async function loadPeer(name: PeerName, protobuf: Protobuf): Promise<Peer> {
  const runtime = await importPackage<OnnxRuntime>(name);
  if (name === "onnxruntime-web") runtime.env.wasm.numThreads = 1;
  return {
    name,
    version: packageVersion(name),
    async load(graph, input) {
      // Errors are told in results; warnings are not what is measured.
      const session = await runtime.InferenceSession.create(encodeOnnx(protobuf, graph), {
        ...options[name],
        logSeverityLevel: 4,
      });
      const x = new runtime.Tensor("float32", input, graph.input);
      return {
        run: async () => (await session.run({ x })).y!.data,
        release: () => session.release(),
      };
    },
  };
}

const packageVersion = (name: string): string =>
  (require(join(folder, "node_modules", name, "package.json")) as { readonly version: string }).version;

const importPackage = <T>(name: string): Promise<T> => import(pathToFileURL(require.resolve(name)).href);
