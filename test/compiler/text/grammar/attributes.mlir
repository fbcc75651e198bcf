// Every spelling of an attribute.
"test.attributes"() {
  units = [unit], unit_key, "quoted key" = 1 : i64, "with \"quotes\"", bools = [true, false],
  integers = [0, -1, 42 : i8, -128 : i8, 0xFF : i32, 3 : index, 7 : si4, 255 : ui8, 18446744073709551615 : ui64],
  floats = [1.0, -0.0, 1.5 : f32, 1. : f32, 2.0e10 : f64, 1.0e-30 : f32, 6.5e+4 : f16, 0.1 : bf16, 3.0 : f8E4M3FN],
  specials = [0x7FF0000000000000 : f64, 0xFFF0000000000000 : f64, 0x7FF8000000000000 : f64, 0x7F800000 : f32, 0xFF800000 : f32, 0x7FC00000 : f32, 0x7FC00001 : f32],
  strings = ["", "plain", "tab\t and newline\n", "quote \" and backslash \\", "bytes \00\1F\7F\E9", "unicode é ∀ 🙂", "// no comment", "typed" : !test.string],
  symbols = [@a, @"b c", @a::@b, @a::@"b c"::@d, @"with \"quotes\"", @a.b$c_1],
  types = [i32, tensor<2xf32>, (i32) -> f32, !test.type],
  arrays = [[], [[]], [1 : i8, [2 : i8, "three"]]],
  dictionaries = [{}, {a}, {a = 1 : i32, "b c" = {d}}],
  dense = [dense<1.0> : tensor<2x2xf32>, dense<[1, 2, -3]> : tensor<3xi8>, dense<[[true, false]]> : tensor<1x2xi1>, dense<"0x00FF"> : tensor<2xi8>, dense<> : tensor<0xf32>, dense<0xFF800000> : tensor<1xf32>, dense<1> : vector<4xi32>, dense<["a", "b"]> : tensor<2x!test.string>, dense<5> : tensor<i32>],
  dense_arrays = [array<i32>, array<i32: 1, -2>, array<f32: 1.0, 2.5>, array<i1: true, false>, array<i64: 5>],
  resources = [dense_resource<blob> : tensor<4xf32>, dense_resource<"odd key"> : tensor<4xf32>, dense_resource<a.b_c> : tensor<1xi8>],
  opaque = [#test.bare, #test.body<a -> b, "<", (x), [y], {z}>, #test.body<[(1), {2}]> : i32, #test.a.b<<1>>],
  verbatim = [affine_map<(d0)[s0] -> (d0 + s0, d0 floordiv 4)>, affine_set<(d0) : (d0 >= 0)>, strided<[1, ?], offset: 3>],
  locations = [loc(unknown), loc("a":1:2)],
  words = [row_major, unit]
} : () -> ()
