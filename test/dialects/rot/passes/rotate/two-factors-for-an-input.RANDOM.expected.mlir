rot.def(@r4_outer) {transform = #rot.random_orthogonal<4, seed = 1938066593>, prov = {pass = "rotate"}}
rot.def(@r4_inner) {transform = #rot.random_orthogonal<2, seed = 3249657234>, prov = {pass = "rotate"}}
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
      up.value: "256 bytes, sha256 b8f4af4be1f3f795f5c6e3330ea47529e5e7efda1d056bba32af1960eabe046a",
      down.value: "96 bytes, sha256 be43a56313c3759db2ccdd403b9ba56bbdd04efe5262aed832a43f468cda573f"
    }
  }
#-}
