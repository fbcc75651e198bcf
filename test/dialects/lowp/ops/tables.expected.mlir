lowp.param @bitmod : tensor<4x8x!lowp.q<!lowp.table<4, 1, bitmod>, block = [1, 4], scale = f16>> = {codes = dense_resource<b.codes> : tensor<4x8xui4>, selector = dense_resource<b.selector> : tensor<4x2xui2>, scale = dense_resource<b.scale> : tensor<4x2xf16>}
lowp.param @codebook : tensor<4x8x!lowp.q<!lowp.table<2, 1, f16, per = row>, block = [*, *], scale = f32>> = {codes = dense_resource<c.codes> : tensor<4x8xui2>, table = dense_resource<c.table> : tensor<4x4x1xf16>, scale = dense_resource<c.scale> : tensor<1x1xf32>}
lowp.param @vectors : tensor<4x8x!lowp.q<!lowp.table<8, 4, bf16>, block = [1, *], scale = f16>> = {codes = dense_resource<v.codes> : tensor<4x2xui8>, table = dense_resource<v.table> : tensor<1x256x4xbf16>, scale = dense_resource<v.scale> : tensor<4x1xf16>}
lowp.param @pairs : tensor<4x8x!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>> = {codes = dense_resource<p.codes> : tensor<4x4xui8>, scale = dense_resource<p.scale> : tensor<4x1xf32>}

func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x4xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  %w = lowp.get(@codebook) : tensor<4x8x!lowp.q<!lowp.table<2, 1, f16, per = row>, block = [*, *], scale = f32>>
  %y = lowp.linear(%x, %w) : tensor<?x4xf32>
  %p = nn.softmax(%x) : tensor<?x8xf32>
  %l = lowp.quantize(%p) : tensor<?x8x!lowp.q<!lowp.table<4, 1, log_sqrt2>, block = [1, *], scale = f32>>
  %z = lowp.dequantize(%l) : tensor<?x8xf32>
  %n = lowp.quantize(%x) : tensor<?x8x!lowp.q<!lowp.table<4, 1, power<0.7>>, block = [1, *], scale = f32>>
  %u = lowp.dequantize(%n) : tensor<?x8xf32>
  return %y, %z, %u : tensor<?x4xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}
