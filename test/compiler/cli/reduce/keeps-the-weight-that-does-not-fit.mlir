// RUN: narrow reduce %s --pipeline "cse,quantize-weights{type=!lowp.q<i4, block = [1, 32], scale = f16>}"
lowp.param @fits : tensor<4x32xf32> = dense<0.5>
lowp.param @odd : tensor<32x48xf32> = dense<0.25>

func.func @double(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %y = nn.add(%x, %x) : tensor<?x32xf32>
  return %y : tensor<?x32xf32>
}

func.func @main(%x: tensor<?x48xf32>) -> (tensor<?x4xf32>, tensor<?x32xf32>) {
  %odd = lowp.get(@odd) : tensor<32x48xf32>
  %h = nn.silu(%x) : tensor<?x48xf32>
  %y = nn.linear(%h, %odd) : tensor<?x32xf32>
  %g = nn.gelu(%y) {approximation = tanh} : tensor<?x32xf32>
  %d = func.call(@double, [%g]) : tensor<?x32xf32>
  %fits = lowp.get(@fits) : tensor<4x32xf32>
  %z = nn.linear(%d, %fits) : tensor<?x4xf32>
  return %z, %d : tensor<?x4xf32>, tensor<?x32xf32>
}
