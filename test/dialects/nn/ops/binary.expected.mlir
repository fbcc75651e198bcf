func.func @arithmetic(%x: tensor<?x4xf32>, %y: tensor<4xf32>) -> tensor<?x4xf32> {
  %of_add = nn.add(%x, %y) : tensor<?x4xf32>
  %of_sub = nn.sub(%of_add, %y) : tensor<?x4xf32>
  %of_mul = nn.mul(%of_sub, %y) : tensor<?x4xf32>
  %of_div = nn.div(%of_mul, %y) : tensor<?x4xf32>
  %of_pow = nn.pow(%of_div, %y) : tensor<?x4xf32>
  %of_min = nn.min(%of_pow, %y) : tensor<?x4xf32>
  %of_max = nn.max(%of_min, %y) : tensor<?x4xf32>
  return %of_max : tensor<?x4xf32>
}

func.func @broadcast(%x: tensor<3x1xi32>, %y: tensor<?xi32>) -> tensor<3x?xi32> {
  %z = nn.div(%x, %y) : tensor<3x?xi32>
  return %z : tensor<3x?xi32>
}
