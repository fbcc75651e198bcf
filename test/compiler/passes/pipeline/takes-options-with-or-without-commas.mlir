// RUN: narrow opt %s --pipeline "canonicalize {skip = [\"drop-added-zero\", \"merge-reshapes\"]} , fold-constants{limit=3}"
// RUN[GENERIC]: narrow opt %s --pipeline cse --emit generic

// CHECK: return %x : tensor<2xf32>
// GENERIC: "func.return"(%x) : (tensor<2xf32>) -> ()
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
