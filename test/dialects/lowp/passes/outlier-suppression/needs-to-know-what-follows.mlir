// RUN: narrow opt %s --verify-diagnostics --pipeline outlier-suppression

// expected-error@unknown {{pass outlier-suppression needs input = lowp type, such as !lowp.q<i4, block = [1, 32], scale = f16>}}
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}
