/**
 * The error function and its complement, after FreeBSD's msun s_erf.c (Sun Microsystems, 1993), whose
 * stated error is below 1 unit in the last place; coefficients are listed from the constant term up.
 */

/** 2 / sqrt(pi) * the integral of exp(-t²) over 0 … x; odd; ±1 at ±infinity; NaN stays NaN. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) return x + x * nearZero(x * x);
  if (magnitude >= 6) return Math.sign(x);
  const positive = magnitude < 1.25 ? erfAtOne + aroundOne(magnitude - 1) : 1 - tail(magnitude);
  return x < 0 ? -positive : positive;
}

/** 1 - erf(x), without the cancellation for large x; 0 from about 27.3 on. */
export function erfc(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 0.25) return 1 - (x + x * nearZero(x * x));
  if (magnitude < 0.84375) return 0.5 - (x - 0.5 + x * nearZero(x * x));
  if (magnitude >= 28) return x < 0 ? 2 : 0;
  const positive = magnitude < 1.25 ? 1 - erfAtOne - aroundOne(magnitude - 1) : tail(magnitude);
  return x < 0 ? 2 - positive : positive;
}

// erf(1) rounded to 24 bits, so that what is added to it keeps its own precision.
const erfAtOne = 0.8450629115104675;

const nearZero = (square: number): number =>
  polynomial(nearZeroNumerator, square) / polynomial(nearZeroDenominator, square);

const aroundOne = (distance: number): number =>
  polynomial(aroundOneNumerator, distance) / polynomial(aroundOneDenominator, distance);

/** erfc for magnitudes of at least 1.25. */
function tail(magnitude: number): number {
  if (Number.isNaN(magnitude)) return magnitude;
  const inverse = 1 / (magnitude * magnitude);
  const ratio =
    magnitude < 1 / 0.35
      ? polynomial(middleNumerator, inverse) / polynomial(middleDenominator, inverse)
      : polynomial(farNumerator, inverse) / polynomial(farDenominator, inverse);
  // exp(-x²) as two factors: the square of the 24 leading bits is exact.
  const leading = Math.fround(magnitude);
  const correction = (leading - magnitude) * (leading + magnitude) + ratio;
  return (Math.exp(-leading * leading - 0.5625) * Math.exp(correction)) / magnitude;
}

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const nearZeroNumerator = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
  -2.3763016656650163e-5,
];
const nearZeroDenominator = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
  -3.960228278775368e-6,
];
const aroundOneNumerator = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const aroundOneDenominator = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const middleNumerator = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const middleDenominator = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const farNumerator = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const farDenominator = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];
