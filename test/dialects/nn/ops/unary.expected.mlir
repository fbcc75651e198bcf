func.func @floats(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %of_relu = nn.relu(%x) : tensor<?x4xf32>
  %of_silu = nn.silu(%of_relu) : tensor<?x4xf32>
  %of_gelu = nn.gelu(%of_silu) : tensor<?x4xf32>
  %of_sigmoid = nn.sigmoid(%of_gelu) : tensor<?x4xf32>
  %of_tanh = nn.tanh(%of_sigmoid) : tensor<?x4xf32>
  %of_exp = nn.exp(%of_tanh) : tensor<?x4xf32>
  %of_log = nn.log(%of_exp) : tensor<?x4xf32>
  %of_sqrt = nn.sqrt(%of_log) : tensor<?x4xf32>
  %of_erf = nn.erf(%of_sqrt) : tensor<?x4xf32>
  %of_reciprocal = nn.reciprocal(%of_erf) : tensor<?x4xf32>
  %of_neg = nn.neg(%of_reciprocal) : tensor<?x4xf32>
  %of_abs = nn.abs(%of_neg) : tensor<?x4xf32>
  %of_floor = nn.floor(%of_abs) : tensor<?x4xf32>
  %of_ceil = nn.ceil(%of_floor) : tensor<?x4xf32>
  %of_round = nn.round(%of_ceil) : tensor<?x4xf32>
  %of_leaky_relu = nn.leaky_relu(%of_round) : tensor<?x4xf32>
  %of_clip = nn.clip(%of_leaky_relu) : tensor<?x4xf32>
  %approximate = nn.gelu(%of_clip) {approximation = tanh} : tensor<?x4xf32>
  %leaky = nn.leaky_relu(%approximate) {alpha = 0.25} : tensor<?x4xf32>
  %clipped = nn.clip(%leaky) {min = 0.0, max = 6.0} : tensor<?x4xf32>
  return %clipped : tensor<?x4xf32>
}

func.func @integers(%x: tensor<4xi32>) -> tensor<4xi32> {
  %negative = nn.neg(%x) : tensor<4xi32>
  %magnitude = nn.abs(%negative) : tensor<4xi32>
  %clipped = nn.clip(%magnitude) {max = 7.0} : tensor<4xi32>
  return %clipped : tensor<4xi32>
}
