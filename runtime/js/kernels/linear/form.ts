import type { Kernel } from "../../kernel.ts";
/** How one linear op runs: its weight as its kernel reads it, and the kernel, which takes any number of rows. */
export interface LinearForm {
  /** Parameters: `input` [rows, depth], what the family says, `weight`, `output` [rows, columns] f32, `rows`, `workspace`, then those of the epilogue. */
  readonly kernel: Kernel;
  /** Bytes at `weight`. */
  readonly weight: Uint8Array<ArrayBuffer>;
  /** Units of work: panels of columns, each over all rows. */
  readonly units: number;
  /** Bytes that a thread needs at `workspace` while it runs the kernel; 0 where the parameter is not used. */
  readonly workspace: number;
  /** Products of one row of inputs, where these are fewer than all. */
  readonly products?: number;
}
