import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../accuracy/root.ts";
import type { Activations } from "./cases.ts";
import type { ProgramCost } from "./compile-module.ts";
import type { PeerName } from "./peers.ts";

export type Backend = "narrow" | PeerName;

/** One linear op on one backend and one thread. */
export interface Row {
  readonly backend: Backend;
  readonly op: "linear";
  /** Rows × depth × columns. */
  readonly shape: string;
  /** Of the weights. */
  readonly format: string;
  readonly activations: Activations;
  /** Processor time of a call, with the rounding of its inputs. */
  readonly ms: number;
  /** 10⁹ multiplications and additions per second. */
  readonly gflops: number;
  /** 10⁹ bytes of weights per second. */
  readonly gbps: number;
  /** How far outputs are from f64 arithmetic on the same weights and unrounded inputs, relative to their norm. */
  readonly error: number;
}

/** What it took to make a program of narrow's. */
export interface ProgramRow extends ProgramCost {
  readonly name: string;
}

/** A language model that writes on the interpreter and compiled; tokens per second of processor time. */
export interface LanguageRow {
  readonly model: string;
  readonly interpreter: number;
  readonly compiled: number;
  /** Tokens that each added, and whether they are the same. */
  readonly tokens: number;
  readonly isSame: boolean;
  /** Bytes a process holds that runs nothing but the compiled model, and what one holds that runs nothing. */
  readonly residentBytes: number;
  readonly emptyBytes: number;
}

/** One op on several threads of narrow's; milliseconds by the clock on the wall. */
export interface ThreadsRow {
  readonly shape: string;
  readonly format: string;
  readonly activations: Activations;
  readonly one: number;
  readonly two: number;
  /** Whether two cores were there, of which others had no more than a twentieth meanwhile. */
  readonly isValid: boolean;
}

/** Processor time of a call, and bytes of the weights. */
export interface KernelCost {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** One linear op by weights of which most are zeros: by kernels of all numbers and of those that are left. */
export interface SparseRow {
  readonly shape: string;
  readonly format: string;
  /** The share of zeros. */
  readonly zeros: number;
  readonly dense: KernelCost;
  readonly sparse: KernelCost;
  /** Whether the compiler takes the kernel of what is left. */
  readonly isTaken: boolean;
}

/** What one process measured. */
export interface Run {
  readonly node: string;
  /** Vector extensions of the processor that matter here, where the system tells. */
  readonly processor: readonly string[];
  /** Whether kernels with relaxed SIMD were at work. */
  readonly relaxed: boolean;
  readonly peers: Readonly<Partial<Record<PeerName, string>>>;
  /** GB/s that one core reads, by mebibytes read again and again. */
  readonly streaming: Readonly<Record<string, number>>;
  /** Cores that other processes kept busy meanwhile, on average. */
  readonly othersLoad: number;
  readonly rows: readonly Row[];
  readonly programs: readonly ProgramRow[];
  readonly languages: readonly LanguageRow[];
  readonly threads: readonly ThreadsRow[];
  /** Not there in runs from before it was measured. */
  readonly sparse?: readonly SparseRow[];
}

/** By `runKey`. */
export type Results = Readonly<Record<string, Run>>;

export const resultsPath = join(root, "bench/results/js.json");

export const loadResults = (path: string = resultsPath): Results =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Results) : {};

/** What runs of different engines are kept under, in the order of the page: the same again replaces a run. */
export const runKey = ({ node, relaxed }: Pick<Run, "node" | "relaxed">): string =>
  `Node ${node.split(".")[0]}${relaxed ? ", relaxed SIMD" : ""}`;

/** The results with a run added or replaced; keys are sorted. */
export const withRun = (results: Results, run: Run): Results =>
  Object.fromEntries(
    Object.entries({ ...results, [runKey(run)]: run }).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
