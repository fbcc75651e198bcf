// RUN: narrow opt %s --pipeline "rotate{r2 = true, r3 = true},fuse-rotations,quantize-kv{keys=!lowp.q<ui4, block = [4, 1, 1], scale = f16, shift = f16, tail = short> values=!lowp.q<ui4, block = [1, 1, 4], scale = f16, shift = f16, tail = short> window=4 tail=f16},fold-cache-scales" --check-contracts
// RUN[LATE]: not narrow opt %s --pipeline "quantize-kv{keys=!lowp.q<ui4, block = [4, 1, 1], scale = f16, shift = f16, tail = short> window=4},rotate{r3 = true}"
// Keys and values are rounded in the basis they are kept in: rings in a frame, which entries must be in, too.

// CHECK: func.func @decode({{.*}}%past_keys: tensor<?x2x4x!lowp.ring<!lowp.q<ui4, block = [4, 1, 1], scale = f16, shift = f16, tail = short>, f16, 4, 0>, #rot.frame<@r3 on 2>>, %past_values: tensor<?x2x4x!lowp.ring<!lowp.q<ui4, block = [1, 1, 4], scale = f16, shift = f16, tail = short>, f16, 4, 0>, #rot.frame<@r2 on 2>>)
// CHECK: %v_heads = nn.reshape(%v) {shape = [-1, 2, 4]} : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
// CHECK: %k_turned_r3 = rot.apply(@r3, %k_turned) {axis = 2} : tensor<?x2x4xf32, #rot.frame<@r3 on 2>>
// CHECK: %keys = kv.append(%past_keys, %k_turned_r3) : tensor<?x2x4x!lowp.ring<{{.*}}>, #rot.frame<@r3 on 2>>
// CHECK: %values = kv.append(%past_values, %v_heads) : tensor<?x2x4x!lowp.ring<{{.*}}>, #rot.frame<@r2 on 2>>
// CHECK: %mixed = kv.attention(%q_turned_r3, %past_keys, %k_turned_r3, %past_values, %v_heads) {on_codes = both} : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
// CHECK: %y = nn.linear(%flat, %wo) : tensor<?x3xf32>
lowp.param @v : tensor<8x3xf32> = dense<[[1.0, 0.5, -1.0], [0.0, 2.0, 1.0], [0.5, 0.5, 0.0], [-1.0, 0.0, 1.5], [1.0, 1.0, 1.0], [0.0, -0.5, 1.0], [2.0, 0.5, 0.0], [-1.0, 0.25, 0.5]]> : tensor<8x3xf32>
lowp.param @o : tensor<3x8xf32> = dense<[[1.0, 1.0, 0.0, 2.0, 1.0, 0.0, -1.0, 0.5], [1.0, -1.0, 0.0, 2.0, 1.0, 0.0, -1.0, 0.5], [2.0, 0.0, 0.0, 2.0, 1.0, 0.0, 1.0, 0.5]]> : tensor<3x8xf32>
func.func @decode(%x: tensor<?x3xf32>, %q: tensor<?x2x4xf32>, %k: tensor<?x2x4xf32>, %positions: tensor<?xi32>, %past_keys: tensor<?x2x4xf32>, %past_values: tensor<?x2x4xf32>) -> (tensor<?x3xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>) {
  %wv = lowp.get(@v) : tensor<8x3xf32>
  %v = nn.linear(%x, %wv) : tensor<?x8xf32>
  %v_heads = nn.reshape(%v) {shape = [-1, 2, 4]} : tensor<?x2x4xf32>
  %q_turned = nn.rope(%q, %positions) : tensor<?x2x4xf32>
  %k_turned = nn.rope(%k, %positions) : tensor<?x2x4xf32>
  %keys = nn.concat([%past_keys, %k_turned]) {axis = 0} : tensor<?x2x4xf32>
  %values = nn.concat([%past_values, %v_heads]) {axis = 0} : tensor<?x2x4xf32>
  %mixed = nn.attention(%q_turned, %keys, %values) {causal = true} : tensor<?x2x4xf32>
  %flat = nn.reshape(%mixed) {shape = [-1, 8]} : tensor<?x8xf32>
  %wo = lowp.get(@o) : tensor<3x8xf32>
  %y = nn.linear(%flat, %wo) : tensor<?x3xf32>
  return %y, %keys, %values : tensor<?x3xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>
}
