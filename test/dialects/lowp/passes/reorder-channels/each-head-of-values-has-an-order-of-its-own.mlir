// RUN: narrow opt %s --pipeline "reorder-channels{objective=outlier-grouping block=1 only=[o]}"

// Query heads 0 and 1 share value head 0, 2 and 3 share value head 1, which is the only one out of order.
lowp.param @q : tensor<8x2xf32> = dense<1.0> : tensor<8x2xf32>
lowp.param @k : tensor<4x2xf32> = dense<1.0> : tensor<4x2xf32>
lowp.param @v : tensor<4x2xf32> = dense<[[1.0, 1.5], [2.0, 2.5], [3.0, 3.5], [4.0, 4.5]]> : tensor<4x2xf32>
lowp.param @o : tensor<2x8xf32> = dense<[[9.0, 1.0, 9.0, 2.0, 3.0, 9.0, 4.0, 9.0], [9.0, 1.0, 9.0, 2.0, 3.0, 9.0, 4.0, 9.0]]> : tensor<2x8xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@q) : tensor<8x2xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x8xf32>
  %q_heads = nn.reshape(%q) {shape = [-1, 4, 2]} : tensor<?x4x2xf32>
  %w_k = lowp.get(@k) : tensor<4x2xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x4xf32>
  %k_heads = nn.reshape(%k) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %w_v = lowp.get(@v) : tensor<4x2xf32>
  %v = nn.linear(%x, %w_v) : tensor<?x4xf32>
  %v_heads = nn.reshape(%v) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %mixed = nn.attention(%q_heads, %k_heads, %v_heads) : tensor<?x4x2xf32>
  %flat = nn.reshape(%mixed) {shape = [-1, 8]} : tensor<?x8xf32>
  %w_o = lowp.get(@o) : tensor<2x8xf32>
  %y = nn.linear(%flat, %w_o) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
