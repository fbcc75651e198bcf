// RUN[HADAMARD]: narrow opt %s --pipeline "rotate{r4 = true, kronecker = hadamard, seed = 1}" --check-contracts
// RUN[RANDOM]: narrow opt %s --pipeline "rotate{r4 = true, kronecker = random, outer = 4, norms = true},fuse-rotations" --check-contracts
// RUN[NONE]: not narrow opt %s --pipeline "rotate{r4 = true, kronecker = hadamard, outer = 3}"
// RUN[IDLE]: not narrow opt %s --pipeline "rotate{r4 = true, whitening = 0.5}"
// Eight channels are mapped as two groups of four.

// HADAMARD: rot.def(@r4_outer) {transform = #rot.hadamard<2, seed =
// HADAMARD: rot.def(@r4_inner) {transform = #rot.hadamard<4, seed =
// HADAMARD: rot.def(@r4) {transform = #rot.kronecker<@r4_outer, @r4_inner>
// HADAMARD: %n = nn.rms_norm(%x)
// HADAMARD-NOT: %n_r4
// HADAMARD: %a_r4 = rot.apply(@r4, %a) {axis = 1}
// HADAMARD: %wd_r4 = rot.apply(@r4, %wd) {axis = 1}

// RANDOM: rot.def(@r4_outer) {transform = #rot.random_orthogonal<4, seed =
// RANDOM: rot.def(@r4_inner) {transform = #rot.random_orthogonal<2, seed =
// RANDOM: rot.def(@r4) {transform = #rot.kronecker<@r4_outer, @r4_inner>
// RANDOM: %n_r4 = rot.apply(@r4, %n) {axis = 1}
// RANDOM: %wd = lowp.get(@down) : tensor<3x8xf32, #rot.frame<@r4 on 1>>
lowp.param @up : tensor<8x8xf32> = dense<[[1.0, 0.0, 2.0, 0.0, 1.0, 0.5, 0.0, 1.0], [0.0, 1.0, 0.0, -1.0, 2.0, 1.0, 1.0, 0.0], [0.5, 0.0, 2.0, 0.0, 1.0, -0.5, 0.0, 1.0], [0.0, 1.0, 3.0, -1.0, 2.0, 1.0, 1.0, 0.0], [1.0, 0.0, 2.0, 0.0, -1.0, 0.5, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0, 2.0, 1.0, -1.0, 0.0], [1.0, 0.0, -2.0, 0.0, 1.0, 0.5, 0.0, 1.0], [0.0, -1.0, 0.0, -1.0, 2.0, 1.0, 1.0, 0.0]]> : tensor<8x8xf32>
lowp.param @down : tensor<3x8xf32> = dense<[[1.0, 1.0, 0.0, 2.0, 1.0, 0.0, -1.0, 0.5], [1.0, -1.0, 0.0, 2.0, 1.0, 0.0, -1.0, 0.5], [2.0, 0.0, 0.0, 2.0, 1.0, 0.0, 1.0, 0.5]]> : tensor<3x8xf32>
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %n = nn.rms_norm(%x) : tensor<?x8xf32>
  %wu = lowp.get(@up) : tensor<8x8xf32>
  %u = nn.linear(%n, %wu) : tensor<?x8xf32>
  %a = nn.relu(%u) : tensor<?x8xf32>
  %wd = lowp.get(@down) : tensor<3x8xf32>
  %d = nn.linear(%a, %wd) : tensor<?x3xf32>
  return %d : tensor<?x3xf32>
}
