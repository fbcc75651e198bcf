lowp.param @w : tensor<2x16x!lowp.entropy<huffman, bf16>> = {lengths = dense_resource<w.lengths> : tensor<256xui8>, rest = dense_resource<w.rest> : tensor<2x16xui8>, codes = dense_resource<w.codes> : tensor<?xui8>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.entropy<huffman, bf16>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.rest: "0x0400000080F0E0D0C0B0A09080E0C0A080C0808000000040002040600000004000204060",
      w.codes: "0x04000000F5555B6DEE336400CD9000"
    }
  },
  external_resources: {
    narrow: {
      w.lengths: "256 bytes, sha256 f657be7a1f680209230f903a40c396742b6d5312d9239732f751602ddc47611f"
    }
  }
#-}
