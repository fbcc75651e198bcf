lowp.param @layers.0.w : tensor<2x128x!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 128], scale = f16>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x128xui3>, selector = dense_resource<layers.0.w.selector> : tensor<2x1xui2>, scale = dense_resource<layers.0.w.scale> : tensor<2x1xf16>} attributes {prov = {algo = "bitmod", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x128xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x128x!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 128], scale = f16>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.selector: "0x0400000009",
      layers.0.w.scale: "0x04000000003C0034"
    }
  },
  external_resources: {
    narrow: {
      layers.0.w.codes: "96 bytes, sha256 a094fb53630752af0a7992f70607f2fd13ea0a4e4c6a67aee4267e58de543499"
    }
  }
#-}
