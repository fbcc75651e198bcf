// RUN: narrow opt %s --pipeline cse

// CHECK-DAG: nn.softmax(%x) : tensor<2x2xf32>
// CHECK-DAG: nn.softmax(%x) {axis = 0} : tensor<2x2xf32>
// CHECK-DAG: nn.refine(%x) : tensor<?x2xf32>
// CHECK-DAG: nn.refine(%x) : tensor<2x?xf32>
func.func @f(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<?x2xf32>, tensor<2x?xf32>) {
  %a = nn.softmax(%x) {axis = 0} : tensor<2x2xf32>
  %b = nn.softmax(%x) {axis = -1} : tensor<2x2xf32>
  %c = nn.refine(%x) : tensor<?x2xf32>
  %d = nn.refine(%x) : tensor<2x?xf32>
  return %a, %b, %c, %d : tensor<2x2xf32>, tensor<2x2xf32>, tensor<?x2xf32>, tensor<2x?xf32>
}

// The two zeros are equal, but 1 / 0 and 1 / -0 are not.
// CHECK-LABEL: func.func @zeros
// CHECK-DAG: dense<0.0>
// CHECK-DAG: dense<-0.0>
func.func @zeros() -> (tensor<2xf32>, tensor<2xf32>) {
  %a = nn.constant() {value = dense<0.0> : tensor<2xf32>} : tensor<2xf32>
  %b = nn.constant() {value = dense<-0.0> : tensor<2xf32>} : tensor<2xf32>
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}
