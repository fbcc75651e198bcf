// RUN: narrow opt %s --pipeline cse --allow-unregistered-dialect

// CHECK-LABEL: func.func @one
// CHECK: nn.relu
// CHECK-LABEL: func.func @two
// CHECK: nn.relu
// CHECK-LABEL: func.func @branches
// CHECK-COUNT-2: nn.relu
// CHECK-LABEL: func.func @nested
// CHECK: nn.relu
// CHECK-NOT: nn.relu
func.func @one(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func @two(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func @branches(%x: tensor<2xf32>, %c: tensor<i1>) -> tensor<2xf32> {
  "cf.cond_br"(%c)[^left, ^right] : (tensor<i1>) -> ()
^left:
  %a = nn.relu(%x) : tensor<2xf32>
  return %a : tensor<2xf32>
^right:
  %b = nn.relu(%x) : tensor<2xf32>
  return %b : tensor<2xf32>
}
func.func @nested(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  "test.region"() ({
    %b = nn.relu(%x) : tensor<2xf32>
    "test.use"(%b) : (tensor<2xf32>) -> ()
  }) : () -> ()
  return %a : tensor<2xf32>
}
