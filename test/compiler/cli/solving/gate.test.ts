import { expect, it } from "vitest";
import { Gate } from "../../../../compiler/cli/solving/gate.ts";

/** Sends costs to a gate; gives who is inside, and a way for the first of them to leave. */
function queueAt(room: number, costs: readonly number[]) {
  const gate = new Gate(room);
  const inside: number[] = [];
  costs.forEach((cost) => void gate.enter(cost).then(() => inside.push(cost)));
  const settled = async () => {
    await Promise.resolve();
    return [...inside];
  };
  const leave = () => {
    gate.leave(inside.shift()!);
    return settled();
  };
  return { settled, leave };
}

it("a gate admits what it has room for, in order", async () => {
  const { settled, leave } = queueAt(10, [4, 5, 3, 1]);
  expect(await settled()).toEqual([4, 5]);
  expect(await leave()).toEqual([5, 3, 1]);
});

it("a gate admits alone what is larger than it", async () => {
  const { settled, leave } = queueAt(10, [1, 30, 2]);
  expect(await settled()).toEqual([1]);
  expect(await leave()).toEqual([30]);
  expect(await leave()).toEqual([2]);
});
