import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { ValueType } from "../assembler/instructions.ts";

/** A call of a helper, but for the slot that its result goes to. */
export interface Call {
  readonly helper: string;
  readonly operands: readonly string[];
}

export const callText = ({ helper, operands }: Call, slot: number): string =>
  `${helper}(${[String(slot), ...operands].join(",")})`;

/** A value that is still to be used: text without effects, but for those on slots between. */
export interface Pending {
  readonly type: ValueType;
  /** Of a vector: an expression whose value is its slot. */
  readonly text: string;
  /** Of a vector that a helper computes. */
  readonly call?: Call;
  /** How many slots between this and all below it on the stack take. */
  readonly held: number;
}

/** Slots for vectors between instructions: all functions share them, as nothing is pending where one calls another. */
export const BETWEEN = { first: 4, count: 255 } as const;

/** What a function has computed and not used yet. */
export class OperandStack {
  readonly #pending: Pending[] = [];

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  push(type: ValueType, text: string): void {
    this.#pending.push({ type, text, held: this.#held });
  }

  /** A vector that a helper computes, in the first slot that nothing below needs. */
  pushComputed(helper: string, operands: readonly string[]): void {
    const held = this.#held;
    if (held >= BETWEEN.count) unreachable(`expressions hold at most ${BETWEEN.count} vectors`);
    const call = { helper, operands };
    const text = callText(call, BETWEEN.first + 4 * held);
    this.#pending.push({ type: "v128", text, call, held: held + 1 });
  }

  /** One of two values; both are needed until then, and the slots of either may be those of the result. */
  pushSelected(): void {
    const [whenTrue, whenFalse, condition] = this.take(3);
    this.#pending.push({
      type: whenTrue!.type,
      text: `(${condition!.text}?${whenTrue!.text}:${whenFalse!.text})`,
      held: Math.max(whenTrue!.held, whenFalse!.held),
    });
  }

  pop(): Pending {
    return this.#pending.pop() ?? unreachable("an operand is on the stack");
  }

  /** The operands of an instruction, in order. */
  take(count: number): readonly Pending[] {
    if (count > this.#pending.length) unreachable(`${count} operands are on the stack`);
    return this.#pending.splice(this.#pending.length - count, count);
  }

  get #held(): number {
    return this.#pending.at(-1)?.held ?? 0;
  }
}
