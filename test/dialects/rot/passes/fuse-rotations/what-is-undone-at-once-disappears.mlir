// RUN: narrow opt %s --pipeline fuse-rotations --check-contracts
// CHECK-NOT: rot.apply

rot.def(@r) {transform = #rot.random_orthogonal<3, seed = 2>}
func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %a = rot.apply(@r, %x) {axis = 1} : tensor<?x3xf32, #rot.frame<@r on 1>>
  %y = rot.apply(@r, %a) {axis = 1, inverse = true} : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
