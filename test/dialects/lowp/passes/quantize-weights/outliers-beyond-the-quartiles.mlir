// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.sparse<csr, f16>> solver=dense-and-sparse<outliers = iqr<1.8>>}"

// Quartiles are −1 and 1: 1 + 1.8 · 2 = 4.6 is the limit, and 9 and −7 are beyond it.
// CHECK: prov = {algo = "dense-and-sparse", pass = "quantize-weights", options = {outliers = {iqr = 1.8}}}
lowp.param @w : tensor<2x8xf32> = dense<[[1.0, -1.0, 2.0, -2.0, 1.0, -1.0, 9.0, 1.0], [-1.0, 1.0, -1.0, 2.0, -2.0, 1.0, -1.0, -7.0]]> : tensor<2x8xf32>
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x8xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
// CHECK: w.1.columns: "0x{{[0-9]{8}}}0607"
