import { join } from "node:path";

/** Root of the repository, also when this runs from dist/. */
export const root = join(import.meta.dirname, "../..").replace(/\/dist$/, "");
