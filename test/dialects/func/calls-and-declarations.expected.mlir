func.func private @outside(tensor<?xf32>) -> (tensor<?xf32>, tensor<i1>)

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %pair_0, %pair_1 = func.call(@outside, [%x]) : tensor<?xf32>, tensor<i1>
  return %pair_0 : tensor<?xf32>
}

func.func private @nothing()
