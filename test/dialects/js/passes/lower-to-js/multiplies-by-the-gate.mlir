// RUN: narrow opt %s --pipeline lower-to-js --check-contracts

// The activation goes into the gate, the product into the other linear op, whichever of the two comes first.
// CHECK-LABEL: func.func @gate_first
// CHECK-NEXT: %active = js.linear(%x, %gate) {activation = silu} : tensor<?x3xf32>
// CHECK-NEXT: %y = js.linear(%x, %up, none, %active) : tensor<?x3xf32>
// CHECK-NEXT: return %y
func.func @gate_first(%x: tensor<?x2xf32>, %gate: tensor<3x2xf32>, %up: tensor<3x2xf32>) -> tensor<?x3xf32> {
  %a = nn.linear(%x, %gate) : tensor<?x3xf32>
  %b = nn.linear(%x, %up) : tensor<?x3xf32>
  %active = nn.silu(%a) : tensor<?x3xf32>
  %y = nn.mul(%active, %b) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @gate_last
// CHECK-NEXT: %active = js.linear(%x, %gate) {activation = silu} : tensor<?x3xf32>
// CHECK-NEXT: %y = js.linear(%x, %up, none, %active) : tensor<?x3xf32>
// CHECK-NEXT: return %y
func.func @gate_last(%x: tensor<?x2xf32>, %gate: tensor<3x2xf32>, %up: tensor<3x2xf32>) -> tensor<?x3xf32> {
  %b = nn.linear(%x, %up) : tensor<?x3xf32>
  %a = nn.linear(%x, %gate) : tensor<?x3xf32>
  %active = nn.silu(%a) : tensor<?x3xf32>
  %y = nn.mul(%b, %active) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// Of two linear ops alike the later takes the product.
// CHECK-LABEL: func.func @later_one
// CHECK-NEXT: %a = nn.linear(%x, %gate)
// CHECK-NEXT: %y = js.linear(%x, %up, none, %a) : tensor<?x3xf32>
// CHECK-NEXT: return %y
func.func @later_one(%x: tensor<?x2xf32>, %gate: tensor<3x2xf32>, %up: tensor<3x2xf32>) -> tensor<?x3xf32> {
  %a = nn.linear(%x, %gate) : tensor<?x3xf32>
  %b = nn.linear(%x, %up) : tensor<?x3xf32>
  %y = nn.mul(%b, %a) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @two_gates
// CHECK-NEXT: %s = js.linear(%x, %gate) {activation = silu}
// CHECK-NEXT: %y = js.linear(%x, %up, none, %s) {activation = sigmoid} : tensor<?x3xf32>
// CHECK-NEXT: return %y
func.func @two_gates(%x: tensor<?x2xf32>, %gate: tensor<3x2xf32>, %up: tensor<3x2xf32>) -> tensor<?x3xf32> {
  %a = nn.linear(%x, %gate) : tensor<?x3xf32>
  %b = nn.linear(%x, %up) : tensor<?x3xf32>
  %s = nn.silu(%a) : tensor<?x3xf32>
  %t = nn.sigmoid(%b) : tensor<?x3xf32>
  %y = nn.mul(%s, %t) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
