// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline fold-batch-norm

lowp.param @w : tensor<2x1x1x2xf32> = dense_resource<w>
lowp.param @g : tensor<2xf32> = dense_resource<g>
lowp.param @b : tensor<2xf32> = dense_resource<b>
lowp.param @m : tensor<2xf32> = dense_resource<m>
lowp.param @v : tensor<2xf32> = dense_resource<v>
func.func @main(%x: tensor<?x1x4x2xf32>) -> (tensor<?x2x4x1xf32>, tensor<?x2x4x1xf32>) {
  %w = lowp.get(@w) : tensor<2x1x1x2xf32>
  %h = nn.conv2d(%x, %w) : tensor<?x2x4x1xf32>
  %g = lowp.get(@g) : tensor<2xf32>
  %b = lowp.get(@b) : tensor<2xf32>
  %m = lowp.get(@m) : tensor<2xf32>
  %v = lowp.get(@v) : tensor<2xf32>
  // expected-error@+1 {{this nn.batch_norm cannot be folded: its input has other users}}
  %y = nn.batch_norm(%h, %g, %b, %m, %v) {epsilon = 0.0} : tensor<?x2x4x1xf32>
  return %y, %h : tensor<?x2x4x1xf32>, tensor<?x2x4x1xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000404000008040",
      g: "0x040000000000004000004040",
      b: "0x040000000000003F000080BF",
      m: "0x040000000000803F00000040",
      v: "0x04000000000080400000803E"
    }
  }
#-}

// -----

lowp.param @w : tensor<2x1x1x2xf32> = dense_resource<w>
lowp.param @g : tensor<2xf32> = dense_resource<g>
lowp.param @b : tensor<2xf32> = dense_resource<b>
lowp.param @v : tensor<2xf32> = dense_resource<v>
func.func @main(%x: tensor<?x1x4x2xf32>) -> tensor<?x2x4x1xf32> {
  %w = lowp.get(@w) : tensor<2x1x1x2xf32>
  %h = nn.conv2d(%x, %w) : tensor<?x2x4x1xf32>
  %g = lowp.get(@g) : tensor<2xf32>
  %b = lowp.get(@b) : tensor<2xf32>
  %v = lowp.get(@v) : tensor<2xf32>
  // expected-error@+1 {{this nn.batch_norm cannot be folded: its bias is no dense parameter used only here}}
  %y = nn.batch_norm(%h, %g, %b, %b, %v) {epsilon = 0.0} : tensor<?x2x4x1xf32>
  return %y : tensor<?x2x4x1xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000404000008040",
      g: "0x040000000000004000004040",
      b: "0x040000000000003F000080BF",
      v: "0x04000000000080400000803E"
    }
  }
#-}

// -----

lowp.param @w : tensor<2x1x1x2xf32> = dense_resource<w>
lowp.param @g : tensor<2xf32> = dense_resource<g>
lowp.param @b : tensor<2xf32> = dense_resource<b>
lowp.param @m : tensor<2xf32> = dense_resource<m>
lowp.param @v : tensor<2xf32> = dense_resource<v>
func.func @main(%x: tensor<?x1x4x2xf32>) -> tensor<?x2x4x1xf32> {
  %w = lowp.get(@w) : tensor<2x1x1x2xf32>
  %h = nn.conv2d(%x, %w) : tensor<?x2x4x1xf32>
  %r = nn.relu(%h) : tensor<?x2x4x1xf32>
  %g = lowp.get(@g) : tensor<2xf32>
  %b = lowp.get(@b) : tensor<2xf32>
  %m = lowp.get(@m) : tensor<2xf32>
  %v = lowp.get(@v) : tensor<2xf32>
  // expected-error@+1 {{this nn.batch_norm cannot be folded: its input comes from no convolution or linear op}}
  %y = nn.batch_norm(%r, %g, %b, %m, %v) {epsilon = 0.0} : tensor<?x2x4x1xf32>
  return %y : tensor<?x2x4x1xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000404000008040",
      g: "0x040000000000004000004040",
      b: "0x040000000000003F000080BF",
      m: "0x040000000000803F00000040",
      v: "0x04000000000080400000803E"
    }
  }
#-}
