// RUN: narrow opt %s --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16, tail = short> storage=float}"

// CHECK: [[Q:%.*]] = lowp.quantize(%k) : tensor<?x2x32x!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16, tail = short>>
// CHECK-NEXT: [[K:%.*]] = lowp.dequantize([[Q]]) : tensor<?x2x32xf32>
// CHECK-NEXT: nn.attention(%q, [[K]], %v)
func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %mixed = nn.attention(%q, %k, %v) : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
