// RUN: narrow opt %s --pipeline hoist-dequant
// RUN[TOLD]: narrow opt %s --pipeline hoist-dequant --verify-diagnostics

// CHECK-LABEL: func.func @rows
// CHECK-NEXT: [[T:%.*]] = lowp.get(@table)
// CHECK-NEXT: [[E:%.*]] = lowp.gather([[T]], %ids) {axis = 0} : tensor<?x64x!lowp.q<i8, block = [1, 32], scale = f32>>
// CHECK-NEXT: %e = lowp.dequantize([[E]])
// CHECK-NEXT: [[S:%.*]] = lowp.slice([[T]]) {starts = [90, 32], sizes = [-1, -1]}
// CHECK-NEXT: %s = lowp.dequantize([[S]])
// expected-remark@unknown {{gather-codes applied: 384 of 6400 numbers to dequantize}}
// expected-remark@unknown {{slice-codes applied: 384 of 6400 numbers to dequantize}}
func.func @rows(%ids: tensor<?xi32>) -> (tensor<?x64xf32>, tensor<10x32xf32>) {
  %t = lowp.get(@table) : tensor<100x64x!lowp.q<i8, block = [1, 32], scale = f32>>
  %n = lowp.dequantize(%t) : tensor<100x64xf32>
  %e = nn.gather(%n, %ids) : tensor<?x64xf32>
  %s = nn.slice(%n) {starts = [-10, 32], sizes = [-1, -1]} : tensor<10x32xf32>
  return %e, %s : tensor<?x64xf32>, tensor<10x32xf32>
}

// The same slice saves nothing where all numbers are needed anyway.
// CHECK-LABEL: func.func @all
// CHECK: nn.slice(%n)
// expected-remark@unknown {{slice-codes matched 2 of 3: expected fewer numbers to dequantize, or users that take codes, found 2 users, of which nn.relu needs all 6400 numbers}}
// expected-remark@unknown {{relu-codes matched 2 of 3: expected fewer numbers to dequantize, or users that take codes, found 2 users, of which nn.relu needs all 6400 numbers}}
func.func @all() -> (tensor<100x64xf32>, tensor<10x32xf32>) {
  %t = lowp.get(@table) : tensor<100x64x!lowp.q<i8, block = [1, 32], scale = f32>>
  %n = lowp.dequantize(%t) : tensor<100x64xf32>
  %r = nn.relu(%n) : tensor<100x64xf32>
  %s = nn.slice(%n) {starts = [90, 32], sizes = [10, 32]} : tensor<10x32xf32>
  return %r, %s : tensor<100x64xf32>, tensor<10x32xf32>
}
lowp.param @table : tensor<100x64x!lowp.q<i8, block = [1, 32], scale = f32>>
