// RUN: not narrow opt %s --pipeline "canonicalize{skip = [\"drop-aded-zero\", \"merge-reshape\"]}"

// Golden text instead of expected errors: the hints are the point.
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
