// RUN: not narrow opt %s --pipeline fuse-rotations
// A tied table can be in one frame alone.

rot.def(@r) {transform = #rot.hadamard<2>}
lowp.param @e : tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
func.func @main(%t: tensor<?xi32>) -> tensor<?x2xf32> {
  %e = lowp.get(@e) : tensor<2x2xf32>
  %er = rot.apply(@r, %e) {axis = 1} : tensor<2x2xf32, #rot.frame<@r on 1>>
  %h = nn.embedding(%er, %t) : tensor<?x2xf32, #rot.frame<@r on 1>>
  %x = rot.apply(@r, %h) {axis = 1, inverse = true} : tensor<?x2xf32>
  %w = lowp.get(@e) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
