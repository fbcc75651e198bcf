// RUN: not narrow reduce %s --pipeline cse
// RUN[CONTRACT]: not narrow reduce %s --pipeline canonicalize --keep contract
// RUN[OTHER]: not narrow reduce %s --pipeline fold-batch-norm --keep block-divides
// RUN[PASS]: not narrow reduce %s --pipeline foldbatchnorm
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = nn.silu(%x) : tensor<4xf32>
  return %y : tensor<4xf32>
}
