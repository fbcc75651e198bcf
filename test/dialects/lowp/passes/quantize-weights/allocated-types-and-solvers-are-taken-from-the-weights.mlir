// RUN: narrow opt %s --pipeline "quantize-weights{type=allocated}"
// RUN[ALL]: narrow opt %s --pipeline "quantize-weights{type=allocated solver=mse-clip skip=[a]}"

// Each weight gets the type that it is allocated, by its own solver; the plan is then carried out and gone.
// CHECK: lowp.param @a : tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>> = {{.*}} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
// CHECK-NEXT: lowp.param @b : tensor<2x2x!lowp.q<i4, block = [1, *], scale = f16>> = {{.*}} attributes {prov = {algo = "mse-clip", pass = "quantize-weights"}}
// CHECK-NEXT: lowp.param @c : tensor<2x2xf32> = dense_resource<c>
// ALL: lowp.param @a : tensor<2x2xf32> = dense_resource<a> attributes {allocated = !lowp.q<i8, block = [1, *], scale = f32>}
// ALL-NEXT: lowp.param @b : tensor<2x2x!lowp.q<i4, block = [1, *], scale = f16>> = {{.*}} attributes {prov = {algo = "mse-clip", pass = "quantize-weights"}}
lowp.param @a : tensor<2x2xf32> = dense_resource<a> attributes {allocated = !lowp.q<i8, block = [1, *], scale = f32>}
lowp.param @b : tensor<2x2xf32> = dense_resource<b> attributes {allocated = !lowp.q<i4, block = [1, *], scale = f16>, solver = {algo = "mse-clip", options = {}}}
lowp.param @c : tensor<2x2xf32> = dense_resource<c>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = lowp.get(@a) : tensor<2x2xf32>
  %b = lowp.get(@b) : tensor<2x2xf32>
  %c = lowp.get(@c) : tensor<2x2xf32>
  %p = nn.linear(%x, %a) : tensor<?x2xf32>
  %q = nn.linear(%p, %b) : tensor<?x2xf32>
  %y = nn.linear(%q, %c) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      a: "0x040000000000803F000000C000004040000080C0",
      b: "0x040000000000803F000000C000004040000080C1",
      c: "0x040000000000803F000000C000004040000080C2"
    }
  }
#-}
