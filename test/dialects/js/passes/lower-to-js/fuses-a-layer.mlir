// RUN: narrow opt %s --pipeline canonicalize,cse,lower-to-js --check-contracts

// What is left of a layer: norms, attention, and one op for each matrix.
// CHECK-LABEL: func.func @main
// CHECK-NEXT: %n = nn.rms_norm(%h, %g)
// CHECK: %attended = js.linear(%flat, %o, none, none, %h) : tensor<?x8xf32>
// CHECK-NEXT: %m = nn.rms_norm(%attended, %g)
// CHECK-NEXT: %active = js.linear(%m, %gate) {activation = silu} : tensor<?x6xf32>
// CHECK-NEXT: %gated = js.linear(%m, %up, none, %active) : tensor<?x6xf32>
// CHECK-NEXT: %out = js.linear(%gated, %down, none, none, %attended) : tensor<?x8xf32>
// CHECK-NEXT: return %out
func.func @main(%h: tensor<?x8xf32>, %g: tensor<8xf32>, %q: tensor<8x8xf32>, %k: tensor<4x8xf32>, %v: tensor<4x8xf32>, %o: tensor<8x8xf32>, %gate: tensor<6x8xf32>, %up: tensor<6x8xf32>, %down: tensor<8x6xf32>) -> tensor<?x8xf32> {
  %n = nn.rms_norm(%h, %g) : tensor<?x8xf32>
  %queries = nn.linear(%n, %q) : tensor<?x8xf32>
  %query_heads = nn.reshape(%queries) {shape = [-1, 4, 2]} : tensor<?x4x2xf32>
  %keys = nn.linear(%n, %k) : tensor<?x4xf32>
  %key_heads = nn.reshape(%keys) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %values = nn.linear(%n, %v) : tensor<?x4xf32>
  %value_heads = nn.reshape(%values) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %positions = nn.positions(%query_heads) : tensor<?xi32>
  %turned_queries = nn.rope(%query_heads, %positions) : tensor<?x4x2xf32>
  %turned_keys = nn.rope(%key_heads, %positions) : tensor<?x2x2xf32>
  %mixed = nn.attention(%turned_queries, %turned_keys, %value_heads) {causal = true} : tensor<?x4x2xf32>
  %flat = nn.reshape(%mixed) {shape = [-1, 8]} : tensor<?x8xf32>
  %output = nn.linear(%flat, %o) : tensor<?x8xf32>
  %attended = nn.add(%h, %output) : tensor<?x8xf32>
  %m = nn.rms_norm(%attended, %g) : tensor<?x8xf32>
  %gates = nn.linear(%m, %gate) : tensor<?x6xf32>
  %ups = nn.linear(%m, %up) : tensor<?x6xf32>
  %active = nn.silu(%gates) : tensor<?x6xf32>
  %gated = nn.mul(%active, %ups) : tensor<?x6xf32>
  %downs = nn.linear(%gated, %down) : tensor<?x8xf32>
  %out = nn.add(%attended, %downs) : tensor<?x8xf32>
  return %out : tensor<?x8xf32>
}
