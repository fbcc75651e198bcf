import type { Side } from "../diff/spelling.ts";
import { byteLengthOf, decodeHex } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";
import { sha256 } from "./constant-host.ts";

/** Bytes in the text are hashed; those elsewhere are known by the digest the text gives. */
export function sideOf(module: Module): Side {
  return {
    module,
    digestOf(key) {
      const origin = module.resources[key];
      if (origin === undefined) return undefined;
      if (origin.kind !== "inline") return `${byteLengthOf(origin)} bytes, sha256 ${origin.sha256}`;
      const bytes = decodeHex(key, origin.hex);
      return bytes.ok ? `${bytes.value.length} bytes, sha256 ${sha256(bytes.value)}` : undefined;
    },
  };
}
