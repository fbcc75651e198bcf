lowp.param @table : tensor<3x4xf32> = dense_resource<table.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @q.order : tensor<4xi32> = dense_resource<q.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @q : tensor<8x4xf32> = dense_resource<q.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @k.output_order : tensor<2xi32> = dense_resource<k.output_order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @k : tensor<4x4xf32> = dense_resource<k.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @v : tensor<4x4xf32> = dense_resource<v.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%tokens: tensor<?xi32>) -> tensor<?x2x4xf32> {
  %table = lowp.get(@table) : tensor<3x4xf32>
  %x = nn.embedding(%table, %tokens) : tensor<?x4xf32>
  %w_q = lowp.get(@q) : tensor<8x4xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x8xf32>
  %q_heads = nn.reshape(%q) {shape = [-1, 2, 4]} : tensor<?x2x4xf32>
  %w_k = lowp.get(@k) : tensor<4x4xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x4xf32>
  %k_heads = nn.reshape(%k) {shape = [-1, 1, 4]} : tensor<?x1x4xf32>
  %w_v = lowp.get(@v) : tensor<4x4xf32>
  %v = nn.linear(%x, %w_v) : tensor<?x4xf32>
  %v_heads = nn.reshape(%v) {shape = [-1, 1, 4]} : tensor<?x1x4xf32>
  %positions = nn.positions(%x) : tensor<?xi32>
  %q_turned = nn.rope(%q_heads, %positions) {pairs = [1, 0]} : tensor<?x2x4xf32>
  %k_turned = nn.rope(%k_heads, %positions) {pairs = [1, 0]} : tensor<?x1x4xf32>
  %y = nn.attention(%q_turned, %k_turned, %v_heads) {causal = true} : tensor<?x2x4xf32>
  return %y : tensor<?x2x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      table.value: "0x040000000000804000004040000000400000803F000000410000E0400000C0400000A04000004041000030410000204100001041",
      k.value: "0x04000000000000410000E0400000C0400000A0400000804000004040000000400000803F0000404100003041000020410000104100004041000030410000204100001041",
      v.value: "0x040000000000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F",
      q.order.value: "0x0400000003000000020000000100000000000000",
      k.output_order.value: "0x040000000100000000000000"
    }
  },
  external_resources: {
    narrow: {
      q.value: "128 bytes, sha256 b638277a8690e175a9137feff1e43c067f9faf4e2f600caf468fb05b0403b717"
    }
  }
#-}
