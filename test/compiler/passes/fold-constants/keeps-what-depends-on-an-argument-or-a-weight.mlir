// RUN: narrow opt %s --pipeline fold-constants

// CHECK-COUNT-2: nn.add
// CHECK: nn.iota
lowp.param @w : tensor<2xf32> = dense<1.0> : tensor<2xf32>
func.func @f(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xi32>) {
  %c = nn.constant() {value = dense<2.0> : tensor<2xf32>} : tensor<2xf32>
  %a = nn.add(%x, %c) : tensor<2xf32>
  %w = lowp.get(@w) : tensor<2xf32>
  %b = nn.add(%w, %c) : tensor<2xf32>
  %i = nn.iota() {shape = [2]} : tensor<2xi32>
  return %a, %b, %i : tensor<2xf32>, tensor<2xf32>, tensor<2xi32>
}
