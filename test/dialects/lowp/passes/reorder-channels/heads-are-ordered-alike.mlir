// RUN: narrow opt %s --pipeline "reorder-channels{objective=outlier-grouping block=1 only=[o]}"

// Queries of two heads share one head of values, so the rows of @v move once and the columns of @o twice.
lowp.param @q : tensor<4x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
lowp.param @k : tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
lowp.param @v : tensor<3x2xf32> = dense<[[1.0, 1.5], [2.0, 2.5], [3.0, 3.5]]> : tensor<3x2xf32>
lowp.param @o : tensor<2x6xf32> = dense<[[1.0, 2.0, 30.0, 4.0, 5.0, 6.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]> : tensor<2x6xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@q) : tensor<4x2xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x4xf32>
  %q_heads = nn.reshape(%q) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %w_k = lowp.get(@k) : tensor<2x2xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x2xf32>
  %k_heads = nn.reshape(%k) {shape = [-1, 1, 2]} : tensor<?x1x2xf32>
  %w_v = lowp.get(@v) : tensor<3x2xf32>
  %v = nn.linear(%x, %w_v) : tensor<?x3xf32>
  %v_heads = nn.reshape(%v) {shape = [-1, 1, 3]} : tensor<?x1x3xf32>
  %mixed = nn.attention(%q_heads, %k_heads, %v_heads) : tensor<?x2x3xf32>
  %flat = nn.reshape(%mixed) {shape = [-1, 6]} : tensor<?x6xf32>
  %w_o = lowp.get(@o) : tensor<2x6xf32>
  %y = nn.linear(%flat, %w_o) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
