// RUN: narrow opt %s --pipeline pack-sparsity
// RUN[ALONE]: not narrow opt %s --pipeline "pack-sparsity{only = [\"summed\"]}"

// Sums of integers, and products by L-Mul, are of the codes that are stored one by one.
// CHECK: lowp.param @plain : tensor<2x8x!lowp.sparse<
// CHECK: lowp.param @summed : tensor<2x8x!i>
// CHECK: lowp.param @added : tensor<2x8x!f>
// CHECK: lowp.linear(%x, %summed) {acc = i32}
// CHECK: lowp.linear(%y, %added) {mul = lmul}
// ALONE: error[selector]
!i = !lowp.q<i8, block = [1, *], scale = f32>
!f = !lowp.q<f8E4M3FN, block = [1, *], scale = f32>
lowp.param @plain : tensor<2x8x!i> = {codes = dense_resource<c> : tensor<2x8xi8>, scale = dense_resource<s> : tensor<2x1xf32>}
lowp.param @summed : tensor<2x8x!i> = {codes = dense_resource<c> : tensor<2x8xi8>, scale = dense_resource<s> : tensor<2x1xf32>}
lowp.param @added : tensor<2x8x!f> = {codes = dense_resource<c8> : tensor<2x8xf8E4M3FN>, scale = dense_resource<s> : tensor<2x1xf32>}
func.func @main(%x: tensor<?x8x!i>, %y: tensor<?x8x!f>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %plain = lowp.get(@plain) : tensor<2x8x!i>
  %summed = lowp.get(@summed) : tensor<2x8x!i>
  %added = lowp.get(@added) : tensor<2x8x!f>
  %a = lowp.linear(%x, %plain) : tensor<?x2xf32>
  %b = lowp.linear(%x, %summed) {acc = i32} : tensor<?x2xf32>
  %c = lowp.linear(%y, %added) {mul = lmul} : tensor<?x2xf32>
  return %a, %b, %c : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}
{-#
  dialect_resources: { builtin: { c: "0x0400000001000000000000000001000000000000", c8: "0x0400000001000000000000000001000000000000", s: "0x040000000000003F0000003F" } }
#-}
