// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>}"

// expected-error@+1 {{the module names dense_resource<w> but does not say where its bytes are}}
lowp.param @w : tensor<2x16xf32> = dense_resource<w>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@+1 {{@w has no value}}
lowp.param @w : tensor<2x16xf32>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@+1 {{there is no file }}
lowp.param @w : tensor<2x16xf32> = dense_resource<w>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  external_resources: {
    narrow: {
      w: "absent.safetensors#w, 128 bytes, sha256 0000000000000000000000000000000000000000000000000000000000000000"
    }
  }
#-}
