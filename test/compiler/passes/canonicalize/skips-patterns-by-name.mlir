// RUN: narrow opt %s --pipeline "canonicalize{skip = [\"drop-added-zero\"]}"
// RUN[ALL]: narrow opt %s --pipeline canonicalize

// CHECK-COUNT-1: nn.add
// CHECK-NOT: nn.mul
// ALL-NOT: nn.add
// ALL: return %x
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %zero = nn.constant() {value = dense<-0.0> : tensor<f32>} : tensor<f32>
  %one = nn.constant() {value = dense<1.0> : tensor<f32>} : tensor<f32>
  %sum = nn.add(%x, %zero) : tensor<2xf32>
  %product = nn.mul(%sum, %one) : tensor<2xf32>
  return %product : tensor<2xf32>
}
