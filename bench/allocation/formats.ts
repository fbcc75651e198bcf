/** The formats that every weight of the example model may have, by a short name; scales are f16, to nearest. */
export const formats = {
  "W2 g32 asym": "!lowp.q<ui2, block = [1, 32], scale = f16, zero = ui8>",
  "W3 g32": "!lowp.q<i3, block = [1, 32], scale = f16>",
  "W4 g32": "!lowp.q<i4, block = [1, 32], scale = f16>",
  "W8 row": "!lowp.q<i8, block = [1, *], scale = f16>",
} as const;

/** Budgets with a figure to reach, in bits per weight, and the rise of the loss that is allowed there, in nats. */
export const goals: Readonly<Record<number, number>> = { 3: 0.17, 3.5: 0.068, 4: 0.031, 4.5: 0.0155 };

export const goalBudgets: readonly number[] = Object.keys(goals)
  .map(Number)
  .toSorted((left, right) => left - right);

/** Bits per weight that predictions are held against: 2.75 are the least, 8.1 the most. */
export const budgets = [
  2.8, 2.9, 3, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9, 4, 4.1, 4.2, 4.3, 4.4, 4.5, 4.75, 5, 5.5, 6, 7,
] as const;

/** Tokens of the evaluation text that are scored: at budgets with a goal, and elsewhere. */
export const GOAL_TOKENS = 16384;
export const CURVE_TOKENS = 2048;

/** Sensitivities that are compared at the budgets with a goal; goals and predictions are those of the first. */
export const compared = ["divergence", "hessian"] as const;
export type Compared = (typeof compared)[number];

/** Windows of 256 tokens of the calibration text that each is measured on; the first runs the model 116 times. */
export const windowsOf: Readonly<Record<Compared, number>> = {
  divergence: 16,
  hessian: 32,
};

/** Formats of the block linears behind a rotation, filled by GPTQ. */
export const rotatedFormats = {
  "W2 g32 asym": "!lowp.q<ui2, block = [1, 32], scale = f16, zero = ui2>",
  "W3 g64 asym": "!lowp.q<ui3, block = [1, 64], scale = f16, zero = ui3>",
  "W4 g64 asym": "!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>",
  "W5 g64 asym": "!lowp.q<ui5, block = [1, 64], scale = f16, zero = ui5>",
} as const;

/** Budgets there, each a little above what one format for all takes, and the recipe of that. */
export const rotatedBudgets: Readonly<Record<number, string>> = {
  2.6: "rotated-gptq-w2-g32-asym",
  3.31: "rotated-gptq-w3-g64-asym",
  4.32: "rotated-gptq-w4-g64-asym",
};

/** Rounds of measuring whole plans, where those of single losses are compared with them. */
export const ROUNDS = 4;
