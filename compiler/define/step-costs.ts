/**
 * What a target pays for the steps that passes weigh against each other. Only ratios matter. Passes find that of the
 * chosen target in their context, and take `defaultStepCosts` where there is none.
 */
export interface StepCosts {
  /** Multiplying two floats. */
  readonly multiply: number;
  /** Adding two floats. */
  readonly add: number;
}

/**
 * A unit that issues one float operation at a time, whatever it is: scaling a partial sum and adding it up costs twice
 * as much as scaling a weight, which makes the rule of MixPE, that up to half a group of rows is better scaled behind
 * the sums.
 */
export const defaultStepCosts: StepCosts = { multiply: 1, add: 1 };
