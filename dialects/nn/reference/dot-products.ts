/** `rows` x `columns` dot products of length `depth`; strides count elements between rows. */
export interface DotProducts {
  readonly left: Float64Array;
  readonly leftStride: number;
  readonly right: Float64Array;
  readonly rightStride: number;
  readonly output: Float64Array;
  readonly outputStride: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/**
 * output[i, j] = sum over k of left[i, k] * right[j, k]: one f64 accumulator per output, started at +0 and
 * added to in ascending k, so every output is bit-identical to the naive loop whatever the tiling.
 */
export function computeDotProducts(given: DotProducts): void {
  const { left, leftStride, right, rightStride, output, outputStride, rows, columns, depth } = given;
  if (columns === 0) return;
  // Rebuilt here so that the loops below only ever see one hidden class: with several they run at half speed.
  const task = { left, leftStride, right, rightStride, output, outputStride, rows, columns, depth };
  const pairedRows = rows - (rows % 2);
  for (let row = 0; row < pairedRows; row += 2) multiplyTwoRows(task, row);
  if (pairedRows < rows) multiplyOneRow(task, pairedRows);
}

// Two by four outputs: their 8 accumulators and 6 operands fit the 16 vector registers of x64; 4x4 spills.
function multiplyTwoRows(task: DotProducts, row: number): void {
  const { left, right, output, columns, depth, leftStride, rightStride, outputStride } = task;
  const left0 = row * leftStride;
  const left1 = left0 + leftStride;
  const output0 = row * outputStride;
  const output1 = output0 + outputStride;
  const last = columns - 1;
  for (let column0 = 0; column0 < columns; column0 += 4) {
    // The last tile repeats its last column: the same value is then stored again.
    const column1 = Math.min(column0 + 1, last);
    const column2 = Math.min(column0 + 2, last);
    const column3 = Math.min(column0 + 3, last);
    const right0 = column0 * rightStride;
    const right1 = column1 * rightStride;
    const right2 = column2 * rightStride;
    const right3 = column3 * rightStride;
    let sum00 = 0;
    let sum01 = 0;
    let sum02 = 0;
    let sum03 = 0;
    let sum10 = 0;
    let sum11 = 0;
    let sum12 = 0;
    let sum13 = 0;
    for (let k = 0; k < depth; k++) {
      const factor0 = left[left0 + k]!;
      const factor1 = left[left1 + k]!;
      const weight0 = right[right0 + k]!;
      const weight1 = right[right1 + k]!;
      const weight2 = right[right2 + k]!;
      const weight3 = right[right3 + k]!;
      sum00 += factor0 * weight0;
      sum01 += factor0 * weight1;
      sum02 += factor0 * weight2;
      sum03 += factor0 * weight3;
      sum10 += factor1 * weight0;
      sum11 += factor1 * weight1;
      sum12 += factor1 * weight2;
      sum13 += factor1 * weight3;
    }
    output[output0 + column0] = sum00;
    output[output0 + column1] = sum01;
    output[output0 + column2] = sum02;
    output[output0 + column3] = sum03;
    output[output1 + column0] = sum10;
    output[output1 + column1] = sum11;
    output[output1 + column2] = sum12;
    output[output1 + column3] = sum13;
  }
}

function multiplyOneRow(task: DotProducts, row: number): void {
  const { left, right, output, columns, depth, rightStride } = task;
  const left0 = row * task.leftStride;
  const output0 = row * task.outputStride;
  const last = columns - 1;
  for (let column0 = 0; column0 < columns; column0 += 4) {
    const column1 = Math.min(column0 + 1, last);
    const column2 = Math.min(column0 + 2, last);
    const column3 = Math.min(column0 + 3, last);
    const right0 = column0 * rightStride;
    const right1 = column1 * rightStride;
    const right2 = column2 * rightStride;
    const right3 = column3 * rightStride;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let k = 0; k < depth; k++) {
      const factor = left[left0 + k]!;
      sum0 += factor * right[right0 + k]!;
      sum1 += factor * right[right1 + k]!;
      sum2 += factor * right[right2 + k]!;
      sum3 += factor * right[right3 + k]!;
    }
    output[output0 + column0] = sum0;
    output[output0 + column1] = sum1;
    output[output0 + column2] = sum2;
    output[output0 + column3] = sum3;
  }
}
