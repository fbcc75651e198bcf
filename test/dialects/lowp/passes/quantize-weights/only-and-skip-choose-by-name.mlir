// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32> only=[\"layers.*\"] skip=[\"*.k\"]}"
// RUN[ALL]: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>}"
// RUN[ONE]: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32> only=[head]}"

// CHECK-DAG: lowp.param @layers.0.q : tensor<2x2x!lowp.q
// CHECK-DAG: lowp.param @layers.0.k : tensor<2x2xf32>
// CHECK-DAG: lowp.param @head : tensor<2x2xf32>
// CHECK-COUNT-1: lowp.dequantize
// CHECK-NOT: lowp.dequantize
// ALL-COUNT-3: lowp.param {{.*}} : tensor<2x2x!lowp.q
// ALL-COUNT-3: lowp.dequantize
// ONE: lowp.param @layers.0.q : tensor<2x2xf32>
// ONE-NEXT: lowp.param @layers.0.k : tensor<2x2xf32>
// ONE-NEXT: lowp.param @head : tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>>
lowp.param @layers.0.q : tensor<2x2xf32> = dense_resource<q>
lowp.param @layers.0.k : tensor<2x2xf32> = dense_resource<k>
lowp.param @head : tensor<2x2xf32> = dense_resource<head>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %q = lowp.get(@layers.0.q) : tensor<2x2xf32>
  %k = lowp.get(@layers.0.k) : tensor<2x2xf32>
  %head = lowp.get(@head) : tensor<2x2xf32>
  %a = nn.linear(%x, %q) : tensor<?x2xf32>
  %b = nn.linear(%a, %k) : tensor<?x2xf32>
  %y = nn.linear(%b, %head) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      q: "0x040000000000803F000000C000004040000080C0",
      k: "0x040000000000803F000000C000004040000080C0",
      head: "0x040000000000803F000000C000004040000080C0"
    }
  }
#-}
