module @outer attributes {test.version = 1} {
  module @inner {
    func.func private @f() -> tensor<2xf32>
  }

  func.func @main() -> tensor<2xf32> {
    %y = func.call(@inner::@f, []) : tensor<2xf32>
    return %y : tensor<2xf32>
  }
}
