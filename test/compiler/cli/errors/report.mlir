// RUN[PLAIN]: not narrow report %s -o never.html
// RUN[WINDOW]: not narrow report %s --window 4 -o never.html
// RUN[NAMES]: not narrow report %s --reference examples/tiny-llama/model.mlir -o never.html
// RUN[LAYERS]: not narrow eval %s --text README.md --layers
lowp.param @wq : tensor<2x16xf32>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@wq) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
