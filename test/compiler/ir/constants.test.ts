import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fail } from "../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore, type Spill } from "../../../compiler/ir/constants.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const store = () => new ConstantStore({ sha256, readTensor: () => fail() });
const large = new Uint8Array(10_000).fill(7);

/** A spill in memory, full or not. */
function spill(hasRoom: boolean) {
  const kept = new Map<string, Uint8Array>();
  const place: Spill = {
    write(digest, bytes) {
      if (hasRoom) kept.set(digest, bytes.slice());
      return hasRoom;
    },
    read: (digest) => kept.get(digest),
  };
  return { place, kept };
}

describe("derived bytes", () => {
  it("go to where the host keeps them, and are read from there", () => {
    const [constants, { place, kept }] = [store(), spill(true)];
    constants.spillTo(place);
    const origin = constants.add(large);
    expect([...kept.keys()]).toEqual([origin.sha256]);
    expect(constants.read("w", origin)).toEqual({ ok: true, value: large });
    kept.clear();
    expect(constants.read("w", origin).ok).toBe(false);
  });

  it("stay in memory where the host has no room", () => {
    const constants = store();
    constants.spillTo(spill(false).place);
    expect(constants.read("w", constants.add(large))).toEqual({ ok: true, value: large });
  });

  it("stay in memory where they are few, or there is no other place", () => {
    const [constants, { place, kept }] = [store(), spill(true)];
    const before = constants.add(large);
    constants.spillTo(place);
    const small = constants.add(Uint8Array.of(1, 2, 3));
    expect(kept.size).toBe(0);
    expect(constants.read("w", before).ok && constants.read("v", small).ok).toBe(true);
  });
});
