// RUN: narrow opt %s --pipeline cse

// CHECK-LABEL: func.func @twice
// CHECK-NEXT: %a = nn.relu(%x)
// CHECK-NEXT: %c = nn.add(%a, %a)
// CHECK-NEXT: return %c
func.func @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  %b = nn.relu(%x) : tensor<2xf32>
  %c = nn.add(%a, %b) : tensor<2xf32>
  return %c : tensor<2xf32>
}

// CHECK-LABEL: func.func @chain
// CHECK-COUNT-1: nn.exp
// CHECK-COUNT-1: nn.neg
// CHECK: return %b, %b
func.func @chain(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a = nn.exp(%x) : tensor<2xf32>
  %b = nn.neg(%a) : tensor<2xf32>
  %c = nn.exp(%x) : tensor<2xf32>
  %d = nn.neg(%c) : tensor<2xf32>
  return %b, %d : tensor<2xf32>, tensor<2xf32>
}
