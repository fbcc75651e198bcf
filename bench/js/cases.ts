/** A linear op: inputs [rows, depth] by weights [columns, depth]. */
export interface Shape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** What inputs are made before they are multiplied: as they are, or integers of 8 or 14 bits with a scale per row. */
export type Activations = "f32" | "i8" | "i14";

export interface Format {
  readonly name: string;
  /** Undefined for weights in f32. */
  readonly type?: string;
  readonly activations: readonly Activations[];
}

/** One row of inputs, as while a text is written, and many, as while a prompt is read. */
export const shapes: readonly Shape[] = [
  { rows: 1, depth: 4096, columns: 4096 },
  { rows: 1, depth: 2048, columns: 8192 },
  { rows: 128, depth: 1024, columns: 1024 },
  { rows: 256, depth: 2048, columns: 2048 },
];

const integers = (code: string, run: number | "*"): string =>
  `!lowp.q<${code}, block = [1, ${run}], scale = f32>`;

export const formats: readonly Format[] = [
  { name: "f32", activations: ["f32"] },
  { name: "i8", type: integers("i8<-127:127>", "*"), activations: ["i8"] },
  { name: "i4 g32", type: integers("i4<-7:7>", 32), activations: ["f32", "i8", "i14"] },
  { name: "i4 g128", type: integers("i4<-7:7>", 128), activations: ["f32", "i8", "i14"] },
  { name: "i2 g128", type: integers("i2<-1:1>", 128), activations: ["f32", "i8"] },
];

/** Types of inputs, one scale per row. */
export const activationTypes: Readonly<Record<Exclude<Activations, "f32">, string>> = {
  i8: integers("i8<-127:127>", "*"),
  i14: integers("i16<-8191:8191>", "*"),
};

/** As in M×K×N. */
export const shapeName = ({ rows, depth, columns }: Shape): string => `${rows}×${depth}×${columns}`;

/** Multiplications and additions. */
export const operationsOf = ({ rows, depth, columns }: Shape): number => 2 * rows * depth * columns;
