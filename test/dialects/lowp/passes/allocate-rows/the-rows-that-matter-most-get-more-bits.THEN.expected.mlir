lowp.param @q : tensor<8x8x!lowp.split<0, [(6:!lowp.q<i8, block = [1, *], scale = f16>), (2:!lowp.q<i4, block = [1, *], scale = f16>)], permuted = true>> = {perm = dense_resource<q.perm> : tensor<8xui8>, "0.codes" = dense_resource<q.0.codes> : tensor<6x8xi8>, "0.scale" = dense_resource<q.0.scale> : tensor<6x1xf16>, "1.codes" = dense_resource<q.1.codes> : tensor<2x8xi4>, "1.scale" = dense_resource<q.1.scale> : tensor<2x1xf16>} attributes {prov = {algo = "salient-rows", pass = "quantize-weights"}}
lowp.param @k : tensor<8x8x!lowp.q<i4, block = [1, *], scale = f16>> = {codes = dense_resource<k.codes> : tensor<8x8xi4>, scale = dense_resource<k.scale> : tensor<8x1xf16>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
lowp.param @o : tensor<8x8x!lowp.q<i4, block = [1, *], scale = f16>> = {codes = dense_resource<o.codes> : tensor<8x8xi4>, scale = dense_resource<o.scale> : tensor<8x1xf16>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %w_q_q = lowp.get(@q) : tensor<8x8x!lowp.split<0, [(6:!lowp.q<i8, block = [1, *], scale = f16>), (2:!lowp.q<i4, block = [1, *], scale = f16>)], permuted = true>>
  %w_k_q = lowp.get(@k) : tensor<8x8x!lowp.q<i4, block = [1, *], scale = f16>>
  %w_o_q = lowp.get(@o) : tensor<8x8x!lowp.q<i4, block = [1, *], scale = f16>>
  %q = lowp.linear(%x, %w_q_q) : tensor<?x8xf32>
  %k = lowp.linear(%x, %w_k_q) : tensor<?x8xf32>
  %h = nn.mul(%q, %k) : tensor<?x8xf32>
  %y = lowp.linear(%h, %w_o_q) : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

{-#
  dialect_resources: {
    builtin: {
      q.perm: "0x040000000102030506070004",
      q.0.codes: "0x04000000110B2EB300FB812D117F0BF8420B30ED1A78520F813409557FFA2A28EE9D3EE6408CD9707F8C8AFC410E1BA83463D981",
      q.0.scale: "0x040000009737053A7435FD3836373937",
      q.1.codes: "0x0400000076C00B9B711094DD",
      q.1.scale: "0x0400000024483846",
      k.codes: "0x04000000E701C2EFEEFF1E9FE72C011B79FA102F09FFE3C0A07B02B01C090A5CE3D9CF31",
      k.scale: "0x040000005B3552376E31003329381B352E35AE34",
      o.codes: "0x04000000504DFF174007A4DEAAF9FFA010D2AF9E4C39F122F7CC097BDBAD96EF96D4EFC2",
      o.scale: "0x040000005B30252D6E2F00310031DB2C80319230"
    }
  }
#-}
