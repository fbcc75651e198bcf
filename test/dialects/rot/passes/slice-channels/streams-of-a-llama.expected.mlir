lowp.param @shortcuts.0 : tensor<6x6xf32> = dense_resource<shortcuts.0.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @shortcuts.1 : tensor<6x6xf32> = dense_resource<shortcuts.1.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @shortcuts.2 : tensor<6x6xf32> = dense_resource<shortcuts.2.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @shortcuts.3 : tensor<6x6xf32> = dense_resource<shortcuts.3.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "slice-channels"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @embed : tensor<6x6xf32> = dense_resource<embed.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.q : tensor<16x6xf32> = dense_resource<l0.q.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.k : tensor<8x6xf32> = dense_resource<l0.k.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.v : tensor<8x6xf32> = dense_resource<l0.v.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.o : tensor<6x16xf32> = dense_resource<l0.o.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.gate : tensor<12x6xf32> = dense_resource<l0.gate.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.up : tensor<12x6xf32> = dense_resource<l0.up.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l0.down : tensor<6x12xf32> = dense_resource<l0.down.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.q : tensor<16x6xf32> = dense_resource<l1.q.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.k : tensor<8x6xf32> = dense_resource<l1.k.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.v : tensor<8x6xf32> = dense_resource<l1.v.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.o : tensor<6x16xf32> = dense_resource<l1.o.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.gate : tensor<12x6xf32> = dense_resource<l1.gate.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.up : tensor<12x6xf32> = dense_resource<l1.up.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @l1.down : tensor<6x12xf32> = dense_resource<l1.down.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}
lowp.param @head : tensor<6x6xf32> = dense_resource<head.value> attributes {prov = {pass = "slice-channels", channels = 6, of = 8, before = {pass = "fold-norms"}, calibration = "0000000000000000000000000000000000000000000000000000000000000000"}}

func.func private @layer0(%h: tensor<?x6xf32>, %p: tensor<?xi32>, %pk: tensor<?x2x4xf32>, %pv: tensor<?x2x4xf32>) -> (tensor<?x6xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>) {
  %a = nn.rms_norm(%h) {epsilon = 1.3333333333333335e-5} : tensor<?x6xf32>
  %w_q = lowp.get(@l0.q) : tensor<16x6xf32>
  %q = nn.linear(%a, %w_q) : tensor<?x16xf32>
  %w_k = lowp.get(@l0.k) : tensor<8x6xf32>
  %k = nn.linear(%a, %w_k) : tensor<?x8xf32>
  %w_v = lowp.get(@l0.v) : tensor<8x6xf32>
  %v = nn.linear(%a, %w_v) : tensor<?x8xf32>
  %qh = nn.reshape(%q) {shape = [-1, 4, 4]} : tensor<?x4x4xf32>
  %kh = nn.reshape(%k) {shape = [-1, 2, 4]} : tensor<?x2x4xf32>
  %vh = nn.reshape(%v) {shape = [-1, 2, 4]} : tensor<?x2x4xf32>
  %qr = nn.rope(%qh, %p) : tensor<?x4x4xf32>
  %kr = nn.rope(%kh, %p) : tensor<?x2x4xf32>
  %ks = nn.concat([%pk, %kr]) {axis = 0} : tensor<?x2x4xf32>
  %vs = nn.concat([%pv, %vh]) {axis = 0} : tensor<?x2x4xf32>
  %m = nn.attention(%qr, %ks, %vs) {causal = true} : tensor<?x4x4xf32>
  %mf = nn.reshape(%m) {shape = [-1, 16]} : tensor<?x16xf32>
  %w_o = lowp.get(@l0.o) : tensor<6x16xf32>
  %o = nn.linear(%mf, %w_o) : tensor<?x6xf32>
  %0 = lowp.get(@shortcuts.0) : tensor<6x6xf32>
  %h_shortcut = nn.linear(%h, %0) : tensor<?x6xf32>
  %s = nn.add(%h_shortcut, %o) : tensor<?x6xf32>
  %b = nn.rms_norm(%s) {epsilon = 1.3333333333333335e-5} : tensor<?x6xf32>
  %w_gate = lowp.get(@l0.gate) : tensor<12x6xf32>
  %gate = nn.linear(%b, %w_gate) : tensor<?x12xf32>
  %w_up = lowp.get(@l0.up) : tensor<12x6xf32>
  %up = nn.linear(%b, %w_up) : tensor<?x12xf32>
  %act = nn.silu(%gate) : tensor<?x12xf32>
  %prod = nn.mul(%act, %up) : tensor<?x12xf32>
  %w_down = lowp.get(@l0.down) : tensor<6x12xf32>
  %down = nn.linear(%prod, %w_down) : tensor<?x6xf32>
  %1 = lowp.get(@shortcuts.1) : tensor<6x6xf32>
  %s_shortcut = nn.linear(%s, %1) : tensor<?x6xf32>
  %out = nn.add(%s_shortcut, %down) : tensor<?x6xf32>
  return %out, %ks, %vs : tensor<?x6xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>
}

func.func private @layer1(%h: tensor<?x6xf32>, %p: tensor<?xi32>, %pk: tensor<?x2x4xf32>, %pv: tensor<?x2x4xf32>) -> (tensor<?x6xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>) {
  %a = nn.rms_norm(%h) {epsilon = 1.3333333333333335e-5} : tensor<?x6xf32>
  %w_q = lowp.get(@l1.q) : tensor<16x6xf32>
  %q = nn.linear(%a, %w_q) : tensor<?x16xf32>
  %w_k = lowp.get(@l1.k) : tensor<8x6xf32>
  %k = nn.linear(%a, %w_k) : tensor<?x8xf32>
  %w_v = lowp.get(@l1.v) : tensor<8x6xf32>
  %v = nn.linear(%a, %w_v) : tensor<?x8xf32>
  %qh = nn.reshape(%q) {shape = [-1, 4, 4]} : tensor<?x4x4xf32>
  %kh = nn.reshape(%k) {shape = [-1, 2, 4]} : tensor<?x2x4xf32>
  %vh = nn.reshape(%v) {shape = [-1, 2, 4]} : tensor<?x2x4xf32>
  %qr = nn.rope(%qh, %p) : tensor<?x4x4xf32>
  %kr = nn.rope(%kh, %p) : tensor<?x2x4xf32>
  %ks = nn.concat([%pk, %kr]) {axis = 0} : tensor<?x2x4xf32>
  %vs = nn.concat([%pv, %vh]) {axis = 0} : tensor<?x2x4xf32>
  %m = nn.attention(%qr, %ks, %vs) {causal = true} : tensor<?x4x4xf32>
  %mf = nn.reshape(%m) {shape = [-1, 16]} : tensor<?x16xf32>
  %w_o = lowp.get(@l1.o) : tensor<6x16xf32>
  %o = nn.linear(%mf, %w_o) : tensor<?x6xf32>
  %0 = lowp.get(@shortcuts.2) : tensor<6x6xf32>
  %h_shortcut = nn.linear(%h, %0) : tensor<?x6xf32>
  %s = nn.add(%h_shortcut, %o) : tensor<?x6xf32>
  %b = nn.rms_norm(%s) {epsilon = 1.3333333333333335e-5} : tensor<?x6xf32>
  %w_gate = lowp.get(@l1.gate) : tensor<12x6xf32>
  %gate = nn.linear(%b, %w_gate) : tensor<?x12xf32>
  %w_up = lowp.get(@l1.up) : tensor<12x6xf32>
  %up = nn.linear(%b, %w_up) : tensor<?x12xf32>
  %act = nn.silu(%gate) : tensor<?x12xf32>
  %prod = nn.mul(%act, %up) : tensor<?x12xf32>
  %w_down = lowp.get(@l1.down) : tensor<6x12xf32>
  %down = nn.linear(%prod, %w_down) : tensor<?x6xf32>
  %1 = lowp.get(@shortcuts.3) : tensor<6x6xf32>
  %s_shortcut = nn.linear(%s, %1) : tensor<?x6xf32>
  %out = nn.add(%s_shortcut, %down) : tensor<?x6xf32>
  return %out, %ks, %vs : tensor<?x6xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>
}

func.func @main(%t: tensor<?xi32>) -> tensor<?x6xf32> {
  %none = nn.zeros() {shape = [0, 2, 4], element = f32} : tensor<0x2x4xf32>
  %empty = nn.refine(%none) : tensor<?x2x4xf32>
  %e = lowp.get(@embed) : tensor<6x6xf32>
  %h0 = nn.embedding(%e, %t) : tensor<?x6xf32>
  %p = nn.positions(%t) : tensor<?xi32>
  %h1, %k0, %v0 = func.call(@layer0, [%h0, %p, %empty, %empty]) : tensor<?x6xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>
  %h2, %k1, %v1 = func.call(@layer1, [%h1, %p, %empty, %empty]) : tensor<?x6xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>
  %f = nn.rms_norm(%h2) {epsilon = 1.3333333333333335e-5} : tensor<?x6xf32>
  %w_head = lowp.get(@head) : tensor<6x6xf32>
  %y = nn.linear(%f, %w_head) : tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}
