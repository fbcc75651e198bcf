// RUN: narrow opt %s --pipeline "reorder-channels{objective=outlier-grouping block=1 only=[k]}"
lowp.param @table : tensor<3x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]> : tensor<3x4xf32>
lowp.param @q : tensor<8x4xf32> = dense<1.0> : tensor<8x4xf32>
lowp.param @k : tensor<4x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0], [9.0, 10.0, 11.0, 12.0]]> : tensor<4x4xf32>
lowp.param @v : tensor<4x4xf32> = dense<1.0> : tensor<4x4xf32>
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
  %q_turned = nn.rope(%q_heads, %positions) : tensor<?x2x4xf32>
  %k_turned = nn.rope(%k_heads, %positions) : tensor<?x1x4xf32>
  %y = nn.attention(%q_turned, %k_turned, %v_heads) {causal = true} : tensor<?x2x4xf32>
  return %y : tensor<?x2x4xf32>
}
