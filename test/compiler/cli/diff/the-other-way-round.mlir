// RUN: not narrow diff %s test/compiler/cli/diff/names-the-ops-of-a-quantized-layer.mlir
// RUN[BRIEF]: not narrow diff %s test/compiler/cli/diff/names-the-ops-of-a-quantized-layer.mlir --brief
// RUN[JSON]: not narrow diff %s test/compiler/cli/diff/names-the-ops-of-a-quantized-layer.mlir --format json
lowp.param @w : tensor<2x2x!lowp.q<i4, block = [1, *], scale = f16>> = {codes = dense_resource<w.codes> : tensor<2x2xi4>, scale = dense_resource<w.scale> : tensor<2x1xf16>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%in: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %weight = lowp.get(@w) : tensor<2x2x!lowp.q<i4, block = [1, *], scale = f16>>
  %hidden = lowp.linear(%in, %weight) : tensor<?x2xf32>
  %clean = nn.relu(%hidden) : tensor<?x2xf32>
  %soft = nn.softmax(%clean) {axis = 0} : tensor<?x2xf32>
  %out = nn.add(%in, %soft) : tensor<?x2xf32>
  return %out : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x040000007777",
      w.scale: "0x0400000092309230"
    }
  }
#-}
