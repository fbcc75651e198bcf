// RUN: narrow opt %s --verify-diagnostics --split-input-file

!weight = tensor<2xf32>
#known = dense<1.0> : tensor<2xf32>
// expected-error@+1 {{!wieght is not defined before this place}}
func.func private @unknown_type_alias(!wieght)
// expected-error@+1 {{#unknown is not defined before this place}}
lowp.param @w : !weight = #unknown
lowp.param @v : !weight = #known

// -----

!a = tensor<2xf32>
// expected-error@+1 {{!a is already defined}}
!a = tensor<3xf32>
// expected-error@+1 {{!lowp.mine cannot name an alias: dots belong to dialects}}
!lowp.mine = tensor<2xf32>

// -----

// expected-error@+1 {{f33 is not a type}}
func.func private @word(tensor<2xf33>)
// expected-error@+1 {{float is not a type}}
func.func private @scalar(float)
// expected-error@+1 {{i65 is not a type}}
func.func private @wide(i65)
// expected-error@+1 {{i0 is not a type}}
func.func private @narrow(i0)
// expected-error@+1 {{no registered dialect defines !other.type}}
func.func private @dialect(!other.type<3>)
// expected-error@+1 {{dialect lowp has no type !lowp.quantized}}
func.func private @type(!lowp.quantized<i4>)
// expected-error@+1 {{an extent is too large}}
func.func private @extent(tensor<99999999999999999999xf32>)
// expected-error@+1 {{no registered dialect defines #other.encoding}}
func.func private @encoding(tensor<2xf32, #other.encoding>)
