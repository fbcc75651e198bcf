import type { Type } from "../ir/types.ts";

/** Stands for a type that could not be read; the error has been reported. */
export const unreadable: Type = { kind: "verbatim", text: "<unreadable>" };
