// RUN: narrow opt %s --pipeline eliminate-dead-code

// CHECK: func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
// CHECK-NEXT: return %x
// CHECK-NEXT: }
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.exp(%x) : tensor<2xf32>
  %b = nn.neg(%a) : tensor<2xf32>
  %c = func.call(@g, [%b]) : tensor<2xf32>
  %d = lowp.get(@w) : tensor<2xf32>
  return %x : tensor<2xf32>
}
func.func private @g(tensor<2xf32>) -> tensor<2xf32>
lowp.param @w : tensor<2xf32>
