// RUN: narrow opt %s --pipeline 'observe-values{values=["main.*", "layer0.keys"]}'

// CHECK-LABEL: func.func private @layer0
// CHECK-NEXT: %keys = nn.silu(%h)
// CHECK-NEXT: lowp.observe(%keys) {site = "layer0.keys"}
// CHECK-NEXT: %out = nn.neg(%keys)
// CHECK-NEXT: return %out
func.func private @layer0(%h: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %keys = nn.silu(%h) : tensor<?x3xf32>
  %out = nn.neg(%keys) : tensor<?x3xf32>
  return %out : tensor<?x3xf32>
}

lowp.param @w : tensor<2x3xf32>

// CHECK-LABEL: func.func @main
// CHECK-NEXT: lowp.observe(%x) {site = "main.x"}
// CHECK-NEXT: %y = func.call
// CHECK-NEXT: lowp.observe(%y) {site = "main.y"}
// CHECK-NEXT: %w = lowp.get
// CHECK-NEXT: %z = nn.linear(%y, %w)
// CHECK-NEXT: lowp.observe(%z) {site = "main.z"}
// CHECK-NEXT: return %z
func.func @main(%x: tensor<?x3xf32>, %positions: tensor<?xi32>) -> tensor<?x2xf32> {
  %y = func.call(@layer0, [%x]) : tensor<?x3xf32>
  %w = lowp.get(@w) : tensor<2x3xf32>
  %z = nn.linear(%y, %w) : tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
