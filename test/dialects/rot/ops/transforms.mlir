// RUN: narrow opt %s
// The residual stream in the frame of @r1: what meets it is in it too, and a norm without gain keeps it.
rot.def(@r1) {transform = #rot.hadamard<8, seed = 3>}
rot.def(@r2) {transform = #rot.hadamard<4>}
rot.def(@swap) {transform = #rot.permutation<2>, value = dense<[1, 0]> : tensor<2xi32>}
rot.def(@scale) {transform = #rot.diagonal<2>, value = dense<[2.0, 4.0]> : tensor<2xf64>}
rot.def(@turn) {transform = #rot.dense<2, orthogonal = true>, value = dense<[[0.6, -0.8], [0.8, 0.6]]> : tensor<2x2xf64>}
rot.def(@drawn) {transform = #rot.random_orthogonal<3, seed = 1>}
rot.def(@pair) {transform = #rot.kronecker<@turn, @drawn>}
rot.def(@chain) {transform = #rot.product<@turn, @swap, @scale>}
rot.def(@blocks) {transform = #rot.block_diagonal<@chain, 4>}
rot.def(@back) {transform = #rot.inverse<@blocks>}
rot.def(@turned) {transform = #rot.transpose<@blocks>}

// CHECK-LABEL: @stream
// CHECK: %n = nn.rms_norm(%h) : tensor<?x8xf32, #rot.frame<@r1 on 1>>
// CHECK: %v = nn.linear(%n, %w) : tensor<?x8xf32, #rot.frame<@r2 on 1>>
// CHECK: %heads = nn.reshape(%v) {shape = [-1, 2, 4]} : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
func.func @stream(%x: tensor<?x8xf32>, %weight: tensor<8x8xf32>) -> tensor<?x2x4xf32> {
  %h = rot.apply(@r1, %x) {axis = 1} : tensor<?x8xf32, #rot.frame<@r1 on 1>>
  %n = nn.rms_norm(%h) : tensor<?x8xf32, #rot.frame<@r1 on 1>>
  %half = rot.apply(@r1, %weight) {axis = 1, dual = true} : tensor<8x8xf32, #rot.frame<@r1 on 1>>
  %w = rot.apply(@r2, %half) {axis = 0} : tensor<8x8xf32, #rot.frame<@r2 on 0, @r1 on 1>>
  %v = nn.linear(%n, %w) : tensor<?x8xf32, #rot.frame<@r2 on 1>>
  %heads = nn.reshape(%v) {shape = [-1, 2, 4]} : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
  %out = rot.apply(@r2, %heads) {axis = 2, inverse = true} : tensor<?x2x4xf32>
  return %out : tensor<?x2x4xf32>
}

// A permutation crosses functions of elements.
// CHECK-LABEL: @permuted
func.func @permuted(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %p = rot.apply(@swap, %x) {axis = 1} : tensor<3x2xf32, #rot.frame<@swap on 1>>
  %a = nn.silu(%p) : tensor<3x2xf32, #rot.frame<@swap on 1>>
  %y = rot.apply(@swap, %a) {axis = 1, inverse = true} : tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
