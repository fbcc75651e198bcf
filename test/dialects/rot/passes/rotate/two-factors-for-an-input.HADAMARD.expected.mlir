rot.def(@r4_outer) {transform = #rot.hadamard<2, seed = 565864432>, prov = {pass = "rotate"}}
rot.def(@r4_inner) {transform = #rot.hadamard<4, seed = 902190955>, prov = {pass = "rotate"}}
rot.def(@r4) {transform = #rot.kronecker<@r4_outer, @r4_inner>, prov = {pass = "rotate"}}
lowp.param @up : tensor<8x8xf32> = dense<[[1.0, 0.0, 2.0, 0.0, 1.0, 0.5, 0.0, 1.0], [0.0, 1.0, 0.0, -1.0, 2.0, 1.0, 1.0, 0.0], [0.5, 0.0, 2.0, 0.0, 1.0, -0.5, 0.0, 1.0], [0.0, 1.0, 3.0, -1.0, 2.0, 1.0, 1.0, 0.0], [1.0, 0.0, 2.0, 0.0, -1.0, 0.5, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0, 2.0, 1.0, -1.0, 0.0], [1.0, 0.0, -2.0, 0.0, 1.0, 0.5, 0.0, 1.0], [0.0, -1.0, 0.0, -1.0, 2.0, 1.0, 1.0, 0.0]]>
lowp.param @down : tensor<3x8xf32> = dense<[[1.0, 1.0, 0.0, 2.0, 1.0, 0.0, -1.0, 0.5], [1.0, -1.0, 0.0, 2.0, 1.0, 0.0, -1.0, 0.5], [2.0, 0.0, 0.0, 2.0, 1.0, 0.0, 1.0, 0.5]]>

func.func @main(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %n = nn.rms_norm(%x) : tensor<?x8xf32>
  %wu = lowp.get(@up) : tensor<8x8xf32>
  %u = nn.linear(%n, %wu) : tensor<?x8xf32>
  %a = nn.relu(%u) : tensor<?x8xf32>
  %wd = lowp.get(@down) : tensor<3x8xf32>
  %a_r4 = rot.apply(@r4, %a) {axis = 1} : tensor<?x8xf32, #rot.frame<@r4 on 1>>
  %wd_r4 = rot.apply(@r4, %wd) {axis = 1} : tensor<3x8xf32, #rot.frame<@r4 on 1>>
  %d = nn.linear(%a_r4, %wd_r4) : tensor<?x3xf32>
  return %d : tensor<?x3xf32>
}
