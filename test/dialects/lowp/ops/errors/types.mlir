// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{block has 1 entries, the tensor has rank 2}}
lowp.param @rank : tensor<2x4x!lowp.q<i4, block = [2], scale = f32>>

// -----

// expected-error@+1 {{block 3 does not divide extent 4 of axis 1}}
lowp.param @divides : tensor<2x4x!lowp.q<i4, block = [1, 3], scale = f32>>

// -----

// expected-error@+1 {{block entry of axis 1 is 0, at least 1 or * expected}}
lowp.param @zero_block : tensor<2x4x!lowp.q<i4, block = [1, 0], scale = f32>>

// -----

// expected-error@+1 {{scale is i8, expected a float or lowp value type}}
lowp.param @scale : tensor<2x4x!lowp.q<i4, block = [1, *], scale = i8>>

// -----

// expected-error@+1 {{scale_rounding = floor needs scale = f8E8M0FNU, found f32}}
lowp.param @scale_rounding : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, scale_rounding = floor>>

// -----

// expected-error@+1 {{zero and shift are both given, expected one of them}}
lowp.param @both : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, zero = i4, shift = f32>>

// -----

// expected-error@+1 {{zero needs an integer element, found f4E2M1FN}}
lowp.param @zero : tensor<2x4x!lowp.q<f4E2M1FN, block = [1, *], scale = f32, zero = i4>>

// -----

// expected-error@+1 {{zero has 24 bits, expected 1 to 16 or 32}}
lowp.param @zero_width : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, zero = i24>>

// -----

// expected-error@+1 {{shift is i8, expected a float or lowp value type}}
lowp.param @shift : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, shift = i8>>

// -----

// expected-error@+1 {{overflow = inf needs infinity or NaN, i4 has neither}}
lowp.param @overflow : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, overflow = inf>>

// -----

// expected-error@+1 {{pack is "msb", expected "lsb_first", "trits" or "planes[…]"}}
lowp.param @pack : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, pack = "msb">>

// -----

// expected-error@+1 {{pack = "trits" needs a trit element, found i4}}
lowp.param @trits : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, pack = "trits">>

// -----

// expected-error@+1 {{the inner block has 1 entries, the outer one 2}}
lowp.param @nested : tensor<2x4x!lowp.q<i4, block = [1, *], scale = !lowp.q<f8E4M3FN, block = [*], scale = f32>>>

// -----

// expected-error@+1 {{i17 has 17 bits, expected 1 to 16 for an element}}
lowp.param @wide : tensor<2x4x!lowp.q<i17, block = [1, *], scale = f32>>

// -----

// expected-error-re@+1 {{-9:7 does not fit i4, which holds -8:7}}
lowp.param @range : tensor<2x4x!lowp.q<i4<-9:7>, block = [1, *], scale = f32>>

// -----

// expected-error-re@+1 {{3:-3 is empty, expected lower < upper}}
lowp.param @reversed : tensor<2x4x!lowp.q<i4<3:-3>, block = [1, *], scale = f32>>

// -----

// expected-error-re@+1 {{1:7 has no zero, expected lower <= 0 <= upper}}
lowp.param @positive : tensor<2x4x!lowp.q<i4<1:7>, block = [1, *], scale = f32>>

// -----

// expected-error@+1 {{3 values per code do not divide extent 4 of the last axis}}
lowp.param @codes : tensor<2x4x!lowp.q<!lowp.table<4, 3, f16>, block = [1, *], scale = f32>>

// -----

// expected-error@+1 {{a sum has at least two terms, found 1}}
lowp.param @sum : tensor<2x4x!lowp.sum<f16>>

// -----

// expected-error@+1 {{a term is an integer type, expected a float or lowp value type}}
lowp.param @term : tensor<2x4x!lowp.sum<f16, i8>>

// -----

// expected-error@+1 {{parts add up to 3, axis 1 has extent 4}}
lowp.param @split : tensor<2x4x!lowp.split<1, [(1 : f16), (2 : f32)]>>

// -----

// expected-error@+1 {{axis 2 is out of range for rank 2}}
lowp.param @axis : tensor<2x4x!lowp.split<2, [(4 : f16)]>>

// -----

// expected-error@+1 {{lowp.split has no parameter perm}}
lowp.param @perm : tensor<2x4x!lowp.split<1, [(1 : f16), (3 : f32)], perm = @order>>

// -----

// expected-error@+1 {{a sparse value is an integer type, expected a float or lowp value type}}
lowp.param @csr_values : tensor<2x4x!lowp.sparse<csr, i8>>

// -----

// expected-error@+1 {{block has 2 entries, the tensor has rank 1}}
lowp.param @csr_rank : tensor<2x4x!lowp.sparse<csr, !lowp.q<i8, block = [1, *], scale = f16>>>

// -----

// expected-error@+1 {{block 3 does not divide extent 4 of axis 1}}
lowp.param @factor : tensor<2x4x!lowp.lowrank<2, f16, !lowp.q<i8, block = [1, 3], scale = f16>>>

// -----

// expected-error@+1 {{a factor is an integer type, expected a float or lowp value type}}
lowp.param @integer_factor : tensor<2x4x!lowp.lowrank<2, i8, f16>>

// -----

// expected-error@+1 {{a split has 0 parts, at least 1 expected}}
lowp.param @no_parts : tensor<2x4x!lowp.split<1, []>>

// -----

// expected-error@+1 {{part 0 has extent 0, at least 1 expected}}
lowp.param @empty_part : tensor<2x4x!lowp.split<1, [(0 : f16), (4 : f32)]>>

// -----

// expected-error@+1 {{5:4 keeps 5 of 4, expected 0 < n <= m in n:m}}
lowp.param @pattern : tensor<2x4x!lowp.sparse<nm 5:4, f16>>

// -----

// expected-error@+1 {{2:4 needs a multiple of 4 along axis 1, found 6}}
lowp.param @runs : tensor<2x6x!lowp.sparse<nm 2:4, f16>>

// -----

// expected-error@+1 {{group size is 0, at least 1 expected}}
lowp.param @group : tensor<2x4x!lowp.sparse<group 0, f16>>

// -----

// expected-error@+1 {{csr needs a tensor of rank 2, found rank 3}}
lowp.param @csr : tensor<2x4x4x!lowp.sparse<csr, f16>>

// -----

// expected-error@+1 {{bsr needs a tensor of rank 2, found rank 3}}
lowp.param @bsr : tensor<2x4x4x!lowp.sparse<bsr 4, f16>>

// -----

// expected-error@+1 {{bitmap 64 pad 8 needs a multiple of 64 along axis 1, found 32}}
lowp.param @tiles : tensor<2x32x!lowp.sparse<bitmap 64 pad 8, f16>>

// -----

// expected-error@+1 {{nvidia 16 needs a multiple of 32 along axis 0, found 16}}
lowp.param @tile : tensor<16x32x!lowp.sparse<nvidia 16, f16>>

// -----

// expected-error@+1 {{nvidia 16 is for numbers of 16 bits, found 8}}
lowp.param @words : tensor<32x32x!lowp.sparse<nvidia 16, !lowp.q<i8, block = [1, *], scale = f32>>>

// -----

// expected-error@+1 {{tiles are filled up to 0, at least 1 expected}}
lowp.param @padding : tensor<2x32x!lowp.sparse<bitmap 16 pad 0, f16>>

// -----

// expected-error@+1 {{a sparse value needs rank 1, found rank 0}}
lowp.param @scalar : tensor<!lowp.sparse<bitmap, f16>>

// -----

// expected-error@+1 {{inner extent is 0, at least 1 expected}}
lowp.param @lowrank : tensor<2x4x!lowp.lowrank<0, f16, f16>>

// -----

// expected-error@+1 {{lowrank needs a tensor of rank 2, found rank 1}}
lowp.param @vector : tensor<4x!lowp.lowrank<1, f16, f16>>

// -----

// expected-error@+1 {{run 3 needs a multiple of 3 along axis 0, found 4}}
lowp.param @runs : tensor<4x2x8x!lowp.lowrank<1, f16, f16, run = 3>>

// -----

// expected-error@+1 {{window is -1, at least 0 expected}}
lowp.param @ring : tensor<2x4x!lowp.ring<f16, f32, -1, 1>>

// -----

// expected-error@+1 {{window 4 does not hold whole groups of 3 entries}}
lowp.param @ring_window : tensor<8x4x!lowp.ring<!lowp.q<i8, block = [3, 4], scale = f16>, f16, 4, 0>>

// -----

// expected-error@+1 {{axis 5 is out of range for rank 2}}
lowp.param @ring_axis : tensor<2x4x!lowp.ring<f16, f32, 8, 5>>

// -----

// expected-error@+1 {{axis 3 is out of range for rank 2}}
lowp.param @layout : tensor<2x4xf32, #lowp.layout<sparse = 2:4 on 3>>

// -----

// expected-error@+1 {{lowp.q needs scale: float type or lowp value type}}
lowp.param @missing : tensor<2x4x!lowp.q<i4, block = [1, *]>>

// -----

// expected-error@+1 {{lowp.q has no parameter blocks}}
lowp.param @unknown : tensor<2x4x!lowp.q<i4, blocks = [1, *], scale = f32>>

// -----

// expected-error@+1 {{lowp.q is given scale twice}}
lowp.param @twice : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32, scale = f16>>

// -----

// expected-error@+1 {{lowp.q takes 1 values without a key, found 2}}
lowp.param @unkeyed : tensor<2x4x!lowp.q<i4, [1, *], scale = f32>>

// -----

// expected-error@+1 {{dialect lowp has no type !lowp.p}}
lowp.param @unknown_type : tensor<2x4x!lowp.p<i4>>

// -----

// expected-error@+1 {{ieee specials need an exponent bit, found 0 exponent bits}}
lowp.param @specials : tensor<2x4x!lowp.q<!lowp.float<0, 3, 1, ieee>, block = [1, *], scale = f32>>

// -----

// expected-error@+1 {{sign, 8 exponent and 10 mantissa bits make 19, at most 16 expected}}
lowp.param @float_width : tensor<2x4x!lowp.q<!lowp.float<8, 10, 1, fn>, block = [1, *], scale = f32>>

// -----

// expected-error@+1 {{bias is 600, expected one between -512 and 512}}
lowp.param @bias : tensor<2x4x!lowp.q<!lowp.float<2, 1, 600, none>, block = [1, *], scale = f32>>

// -----

// expected-error@+1 {{leave no value but zero}}
lowp.param @empty : tensor<2x4x!lowp.q<!lowp.float<0, 0, 1, none>, block = [1, *], scale = f32>>

// -----

// expected-error@+2 {{block entry of axis 1 is 0}}
// expected-error@+1 {{zero needs an integer element, found f4E2M1FN}}
lowp.param @two_at_once : tensor<2x4x!lowp.q<f4E2M1FN, block = [1, 0], scale = f32, zero = i4>>
