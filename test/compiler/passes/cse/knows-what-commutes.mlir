// RUN: narrow opt %s --pipeline cse

// CHECK-COUNT-1: nn.add
// CHECK-COUNT-2: nn.sub
// CHECK-NOT: nn.add
func.func @f(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %a = nn.add(%x, %y) : tensor<2xf32>
  %b = nn.add(%y, %x) : tensor<2xf32>
  %c = nn.sub(%x, %y) : tensor<2xf32>
  %d = nn.sub(%y, %x) : tensor<2xf32>
  return %a, %b, %c, %d : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
