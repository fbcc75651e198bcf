// Modules in modules, functions with and without bodies, argument and result attributes.
module @outer attributes {test.version = "1"} {
  module @inner {
    func.func private @declared(tensor<2xf32>, i32) -> (f32, i1)
    func.func @identity(%x: tensor<2xf32> {test.name = "x"}) -> (tensor<2xf32> {test.name = "y"}) {
      return %x : tensor<2xf32>
    }
  }
  module {
  }
  func.func public @"odd name"() attributes {test.note} {
    return
  }
  func.func @calls(%x: tensor<2xf32>, %unused: i1) -> (tensor<2xf32>, i1) {
    %y:1 = func.call(@inner::@identity, [%x]) : tensor<2xf32>
    %z, %w = func.call(@calls, [%y#0, %unused]) {test.hint = 1} : tensor<2xf32>, i1 loc("call")
    return %z, %w : tensor<2xf32>, i1
  } loc("calls")
  func.func @blocks(%x: i32) -> i32 {
    return %x : i32
  ^next(%y: i32):
    return %y : i32
  }
  func.func @returns_function(() -> ()) -> (() -> i32)
}
