rot.def(@r4_outer) {transform = #rot.random_orthogonal<4, seed = 0>, prov = {pass = "rotate"}}
rot.def(@r4_inner) {transform = #rot.random_orthogonal<2, seed = 0>, prov = {pass = "rotate"}}
rot.def(@r4) {transform = #rot.kronecker<@r4_outer, @r4_inner>, prov = {pass = "rotate"}}
lowp.param @up : tensor<8x8xf32, #rot.frame<@r4 on 1>> = dense_resource<up.value> attributes {prov = {pass = "fuse-rotations", transform = @r4, axis = 1}}
lowp.param @down : tensor<3x8xf32, #rot.frame<@r4 on 1>> = dense_resource<down.value> attributes {prov = {pass = "fuse-rotations", transform = @r4, axis = 1}}

func.func @main(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %n = nn.rms_norm(%x) : tensor<?x8xf32>
  %wu = lowp.get(@up) : tensor<8x8xf32, #rot.frame<@r4 on 1>>
  %n_r4 = rot.apply(@r4, %n) {axis = 1} : tensor<?x8xf32, #rot.frame<@r4 on 1>>
  %u = nn.linear(%n_r4, %wu) : tensor<?x8xf32>
  %a = nn.relu(%u) : tensor<?x8xf32>
  %wd = lowp.get(@down) : tensor<3x8xf32, #rot.frame<@r4 on 1>>
  %a_r4 = rot.apply(@r4, %a) {axis = 1} : tensor<?x8xf32, #rot.frame<@r4 on 1>>
  %d = nn.linear(%a_r4, %wd) : tensor<?x3xf32>
  return %d : tensor<?x3xf32>
}

{-#
  external_resources: {
    narrow: {
      up.value: "256 bytes, sha256 997f7cccdc9458a50100693b970f9f92d3064f5548a5602c2e17732b84e4714d",
      down.value: "96 bytes, sha256 bb524a209374be5e1fe78bfa3094332b5c7c676b06f584fd7673c82eca150599"
    }
  }
#-}
