// Every spelling of a type.
"test.types"() {
  integers = [i1, i4, i64, si8, ui16, index, none],
  floats = [f64, f32, f16, bf16, f8E4M3FN, f8E5M2, f8E4M3FNUZ, f8E5M2FNUZ, f8E8M0FNU, f6E2M3FN, f6E3M2FN, f4E2M1FN],
  tensors = [tensor<f32>, tensor<4xf32>, tensor<2x?x0xi8>, tensor<4x4xf32, #test.layout<"x", [1, 2]>>, tensor<2x3xf32, "sparse">, tensor< 2 x 3 x f32 >],
  unranked = [tensor<*xf32>, tensor<*x!test.t<1>>],
  nested = [tensor<2xtensor<3xf32>>, tuple<>, tuple<i32>, tuple<i32, tuple<f32, tensor<2xi1>>>],
  verbatim = [vector<4xf32>, vector<[4]x2xi1>, memref<?x4xf32, strided<[4, 1], offset: ?>, 1 : i32>, memref<*xf32>, complex<f32>],
  functions = [() -> (), (i32) -> i32, (i32, f32) -> (i32, f32), (() -> i32) -> (() -> ()), () -> ((i32) -> f32)],
  dialect = [!test.bare, !test.body<>, !test.body<(i32) -> f32>, !test.body<"a > b", {x = [1, 2]}>, !test.body<<<a>>>, !test.a.b<1>]
} : () -> ()
%f = "test.function"() : () -> ((i32) -> i32)
"test.call"(%f) : ((i32) -> i32) -> ()
