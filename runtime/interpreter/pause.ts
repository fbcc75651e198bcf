import type { RuntimeValue } from "../../compiler/define/kernel.ts";
import {
  blockAt,
  type Module,
  type Op,
  type OpId,
  opAt,
  operandsOf,
  resultsOf,
  topLevel,
  type ValueId,
} from "../../compiler/ir/module.ts";
import { symbolNameOf } from "../../compiler/ir/symbols.ts";

/** A function that is being run and stands before one of its ops. */
export interface Frame {
  readonly function: string;
  readonly at: OpId;
  /** Values that ops still to be run may use. */
  readonly environment: ReadonlyMap<ValueId, RuntimeValue>;
  /** Ops before `at` that are to be run first: an edit has put or changed them there. */
  readonly again: readonly OpId[];
  /** Each op that was run, with all ops its outcome rests on: itself, definitions, ops of called functions. */
  readonly steps: ReadonlyMap<OpId, readonly OpId[]>;
}

/** Where a run stands: the function it began with first, then those that are being called. */
export interface Pause {
  readonly module: Module;
  readonly frames: readonly Frame[];
}

/**
 * The same standpoint in an edited module, or undefined where what was run up to there no longer says what the
 * edited module would have given: the run must then start over. Outcomes are kept of ops whose records, results,
 * operands and definitions are the very same; ops that an edit has put before the standpoint will be run first.
 */
export function carryOver(pause: Pause, module: Module): Pause | undefined {
  if (pause.module === module) return pause;
  if (pause.frames.length === 0 || !keepsResources(pause.module, module)) return undefined;
  const frames: Frame[] = [];
  for (const [depth, frame] of pause.frames.entries()) {
    const isInnermost = depth === pause.frames.length - 1;
    // A call that is under way must still be that call; the op the run stands before has yet to be run.
    if (!isInnermost && module.ops[frame.at] !== pause.module.ops[frame.at]) return undefined;
    const carried = carryFrame(frame, pause.module, module);
    if (!carried) return undefined;
    frames.push(carried);
  }
  return { module, frames };
}

/** The ops whose outcomes a paused run has; an observer does not see them again. */
export const ranBefore = ({ frames }: Pause): ReadonlySet<OpId> =>
  new Set(frames.flatMap(({ steps }) => [...steps.values()].flat()));

function carryFrame(frame: Frame, before: Module, after: Module): Frame | undefined {
  const callee = functionNamed(after, frame.function);
  if (!callee || callee !== functionNamed(before, frame.function)) return undefined;
  const block = blockAt(after, callee.regions[0]![0]!);
  const position = block.ops.indexOf(frame.at);
  if (position === -1 || block.arguments.some((value) => after.values[value] !== before.values[value]))
    return undefined;
  const reliable = new Set<ValueId>(block.arguments);
  const steps = new Map<OpId, readonly OpId[]>();
  const again: OpId[] = [];
  for (const id of block.ops.slice(0, position)) {
    const rests = frame.steps.get(id);
    if (rests && isKept(opAt(after, id), rests, before, after, reliable)) {
      steps.set(id, rests);
      for (const value of resultsOf(opAt(after, id))) reliable.add(value);
    } else again.push(id);
  }
  const environment = valuesFor(
    [...again, ...block.ops.slice(position)].map((id) => opAt(after, id)),
    (value) => (reliable.has(value) ? frame.environment.get(value) : undefined),
  );
  return environment && { ...frame, environment, again, steps };
}

/** Whether running an op in the edited module would give what it gave. */
function isKept(
  op: Op,
  rests: readonly OpId[],
  before: Module,
  after: Module,
  reliable: ReadonlySet<ValueId>,
): boolean {
  return (
    operandsOf(op).every((value) => reliable.has(value)) &&
    rests.every((id) => {
      const now = after.ops[id];
      return (
        now !== undefined &&
        now === before.ops[id] &&
        resultsOf(now).every((value) => after.values[value] === before.values[value])
      );
    })
  );
}

/** What ops in a row need that they do not make themselves; undefined where some of it is gone. */
function valuesFor(
  ops: readonly Op[],
  known: (value: ValueId) => RuntimeValue | undefined,
): ReadonlyMap<ValueId, RuntimeValue> | undefined {
  const needed = new Map<ValueId, RuntimeValue>();
  const made = new Set<ValueId>();
  for (const op of ops) {
    for (const value of operandsOf(op)) {
      if (made.has(value)) continue;
      const given = known(value);
      if (given === undefined) return undefined;
      needed.set(value, given);
    }
    for (const value of resultsOf(op)) made.add(value);
  }
  return needed;
}

/** Whether no key names other bytes than before; keys may come and go. */
const keepsResources = (before: Module, after: Module): boolean =>
  before.resources === after.resources ||
  Object.entries(after.resources).every(
    ([key, origin]) => before.resources[key] === undefined || before.resources[key] === origin,
  );

const functionNamed = (module: Module, name: string): Op | undefined =>
  topLevel(module).find((op) => symbolNameOf(op) === name && op.regions.length > 0);
