lowp.param @layers.0.w : tensor<2x128x!lowp.q<!lowp.table<4, 1, bitmod>, block = [1, 128], scale = f16>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x128xui4>, selector = dense_resource<layers.0.w.selector> : tensor<2x1xui2>, scale = dense_resource<layers.0.w.scale> : tensor<2x1xf16>} attributes {prov = {algo = "bitmod", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x128xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x128x!lowp.q<!lowp.table<4, 1, bitmod>, block = [1, 128], scale = f16>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.selector: "0x040000000C",
      layers.0.w.scale: "0x04000000003C0034"
    }
  },
  external_resources: {
    narrow: {
      layers.0.w.codes: "128 bytes, sha256 e6cb17d024d5b7877e369a271e03d6bc662ec8cc44e81a18fc7ec9288733376b"
    }
  }
#-}
