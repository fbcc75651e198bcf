// RUN: narrow opt %s --pipeline 'observe-values{values=["main.n", "main.y"]},canonicalize,cse,eliminate-dead-code,quantize-activations{type=!lowp.q<i8, block = [1, *], scale = f32>}'

// The linear op is quantized, and both values are still seen as they were.
// CHECK: %n = nn.silu(%x)
// CHECK-NEXT: lowp.observe(%n) {site = "main.n"}
// CHECK: lowp.quantize(%n)
// CHECK: %y = nn.linear
// CHECK-NEXT: lowp.observe(%y) {site = "main.y"}
lowp.param @w : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %n = nn.silu(%x) : tensor<?x4xf32>
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%n, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
