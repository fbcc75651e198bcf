module attributes {nn.tokenizer = "bytes", nn.context = 256} {
  lowp.param @embed_tokens : tensor<256x128xbf16> = dense_resource<model.embed_tokens.weight>
  lowp.param @layers.0.input_layernorm : tensor<128xbf16> = dense_resource<model.layers.0.input_layernorm.weight>
  lowp.param @layers.0.self_attn.q_proj : tensor<128x128xbf16> = dense_resource<model.layers.0.self_attn.q_proj.weight>
  lowp.param @layers.0.self_attn.k_proj : tensor<64x128xbf16> = dense_resource<model.layers.0.self_attn.k_proj.weight>
  lowp.param @layers.0.self_attn.v_proj : tensor<64x128xbf16> = dense_resource<model.layers.0.self_attn.v_proj.weight>
  lowp.param @layers.0.self_attn.o_proj : tensor<128x128xbf16> = dense_resource<model.layers.0.self_attn.o_proj.weight>
  lowp.param @layers.0.post_attention_layernorm : tensor<128xbf16> = dense_resource<model.layers.0.post_attention_layernorm.weight>
  lowp.param @layers.0.mlp.gate_proj : tensor<384x128xbf16> = dense_resource<model.layers.0.mlp.gate_proj.weight>
  lowp.param @layers.0.mlp.up_proj : tensor<384x128xbf16> = dense_resource<model.layers.0.mlp.up_proj.weight>
  lowp.param @layers.0.mlp.down_proj : tensor<128x384xbf16> = dense_resource<model.layers.0.mlp.down_proj.weight>
  lowp.param @layers.1.input_layernorm : tensor<128xbf16> = dense_resource<model.layers.1.input_layernorm.weight>
  lowp.param @layers.1.self_attn.q_proj : tensor<128x128xbf16> = dense_resource<model.layers.1.self_attn.q_proj.weight>
  lowp.param @layers.1.self_attn.k_proj : tensor<64x128xbf16> = dense_resource<model.layers.1.self_attn.k_proj.weight>
  lowp.param @layers.1.self_attn.v_proj : tensor<64x128xbf16> = dense_resource<model.layers.1.self_attn.v_proj.weight>
  lowp.param @layers.1.self_attn.o_proj : tensor<128x128xbf16> = dense_resource<model.layers.1.self_attn.o_proj.weight>
  lowp.param @layers.1.post_attention_layernorm : tensor<128xbf16> = dense_resource<model.layers.1.post_attention_layernorm.weight>
  lowp.param @layers.1.mlp.gate_proj : tensor<384x128xbf16> = dense_resource<model.layers.1.mlp.gate_proj.weight>
  lowp.param @layers.1.mlp.up_proj : tensor<384x128xbf16> = dense_resource<model.layers.1.mlp.up_proj.weight>
  lowp.param @layers.1.mlp.down_proj : tensor<128x384xbf16> = dense_resource<model.layers.1.mlp.down_proj.weight>
  lowp.param @layers.2.input_layernorm : tensor<128xbf16> = dense_resource<model.layers.2.input_layernorm.weight>
  lowp.param @layers.2.self_attn.q_proj : tensor<128x128xbf16> = dense_resource<model.layers.2.self_attn.q_proj.weight>
  lowp.param @layers.2.self_attn.k_proj : tensor<64x128xbf16> = dense_resource<model.layers.2.self_attn.k_proj.weight>
  lowp.param @layers.2.self_attn.v_proj : tensor<64x128xbf16> = dense_resource<model.layers.2.self_attn.v_proj.weight>
  lowp.param @layers.2.self_attn.o_proj : tensor<128x128xbf16> = dense_resource<model.layers.2.self_attn.o_proj.weight>
  lowp.param @layers.2.post_attention_layernorm : tensor<128xbf16> = dense_resource<model.layers.2.post_attention_layernorm.weight>
  lowp.param @layers.2.mlp.gate_proj : tensor<384x128xbf16> = dense_resource<model.layers.2.mlp.gate_proj.weight>
  lowp.param @layers.2.mlp.up_proj : tensor<384x128xbf16> = dense_resource<model.layers.2.mlp.up_proj.weight>
  lowp.param @layers.2.mlp.down_proj : tensor<128x384xbf16> = dense_resource<model.layers.2.mlp.down_proj.weight>
  lowp.param @layers.3.input_layernorm : tensor<128xbf16> = dense_resource<model.layers.3.input_layernorm.weight>
  lowp.param @layers.3.self_attn.q_proj : tensor<128x128xbf16> = dense_resource<model.layers.3.self_attn.q_proj.weight>
  lowp.param @layers.3.self_attn.k_proj : tensor<64x128xbf16> = dense_resource<model.layers.3.self_attn.k_proj.weight>
  lowp.param @layers.3.self_attn.v_proj : tensor<64x128xbf16> = dense_resource<model.layers.3.self_attn.v_proj.weight>
  lowp.param @layers.3.self_attn.o_proj : tensor<128x128xbf16> = dense_resource<model.layers.3.self_attn.o_proj.weight>
  lowp.param @layers.3.post_attention_layernorm : tensor<128xbf16> = dense_resource<model.layers.3.post_attention_layernorm.weight>
  lowp.param @layers.3.mlp.gate_proj : tensor<384x128xbf16> = dense_resource<model.layers.3.mlp.gate_proj.weight>
  lowp.param @layers.3.mlp.up_proj : tensor<384x128xbf16> = dense_resource<model.layers.3.mlp.up_proj.weight>
  lowp.param @layers.3.mlp.down_proj : tensor<128x384xbf16> = dense_resource<model.layers.3.mlp.down_proj.weight>
  lowp.param @norm : tensor<128xbf16> = dense_resource<model.norm.weight>
  lowp.param @lm_head : tensor<256x128xbf16> = dense_resource<lm_head.weight>

  func.func private @layer0(%hidden: tensor<?x128xf32>, %positions: tensor<?xi32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
    %g_attention_input = lowp.get(@layers.0.input_layernorm) : tensor<128xbf16>
    %attention_input = nn.rms_norm(%hidden, %g_attention_input) : tensor<?x128xf32>
    %w_q = lowp.get(@layers.0.self_attn.q_proj) : tensor<128x128xbf16>
    %q = nn.linear(%attention_input, %w_q) : tensor<?x128xf32>
    %q_heads = nn.reshape(%q) {shape = [-1, 4, 32]} : tensor<?x4x32xf32>
    %w_k = lowp.get(@layers.0.self_attn.k_proj) : tensor<64x128xbf16>
    %k = nn.linear(%attention_input, %w_k) : tensor<?x64xf32>
    %k_heads = nn.reshape(%k) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %w_v = lowp.get(@layers.0.self_attn.v_proj) : tensor<64x128xbf16>
    %v = nn.linear(%attention_input, %w_v) : tensor<?x64xf32>
    %v_heads = nn.reshape(%v) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %q_rotated = nn.rope(%q_heads, %positions) : tensor<?x4x32xf32>
    %k_rotated = nn.rope(%k_heads, %positions) : tensor<?x2x32xf32>
    %keys = nn.concat([%past_keys, %k_rotated]) {axis = 0} : tensor<?x2x32xf32>
    %values = nn.concat([%past_values, %v_heads]) {axis = 0} : tensor<?x2x32xf32>
    %mixed = nn.attention(%q_rotated, %keys, %values) {causal = true} : tensor<?x4x32xf32>
    %mixed_flat = nn.reshape(%mixed) {shape = [-1, 128]} : tensor<?x128xf32>
    %w_o = lowp.get(@layers.0.self_attn.o_proj) : tensor<128x128xbf16>
    %o = nn.linear(%mixed_flat, %w_o) : tensor<?x128xf32>
    %attended = nn.add(%hidden, %o) : tensor<?x128xf32>
    %g_mlp_input = lowp.get(@layers.0.post_attention_layernorm) : tensor<128xbf16>
    %mlp_input = nn.rms_norm(%attended, %g_mlp_input) : tensor<?x128xf32>
    %w_gate = lowp.get(@layers.0.mlp.gate_proj) : tensor<384x128xbf16>
    %gate = nn.linear(%mlp_input, %w_gate) : tensor<?x384xf32>
    %w_up = lowp.get(@layers.0.mlp.up_proj) : tensor<384x128xbf16>
    %up = nn.linear(%mlp_input, %w_up) : tensor<?x384xf32>
    %active = nn.silu(%gate) : tensor<?x384xf32>
    %gated = nn.mul(%active, %up) : tensor<?x384xf32>
    %w_down = lowp.get(@layers.0.mlp.down_proj) : tensor<128x384xbf16>
    %down = nn.linear(%gated, %w_down) : tensor<?x128xf32>
    %output = nn.add(%attended, %down) : tensor<?x128xf32>
    return %output, %keys, %values : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  }

  func.func private @layer1(%hidden: tensor<?x128xf32>, %positions: tensor<?xi32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
    %g_attention_input = lowp.get(@layers.1.input_layernorm) : tensor<128xbf16>
    %attention_input = nn.rms_norm(%hidden, %g_attention_input) : tensor<?x128xf32>
    %w_q = lowp.get(@layers.1.self_attn.q_proj) : tensor<128x128xbf16>
    %q = nn.linear(%attention_input, %w_q) : tensor<?x128xf32>
    %q_heads = nn.reshape(%q) {shape = [-1, 4, 32]} : tensor<?x4x32xf32>
    %w_k = lowp.get(@layers.1.self_attn.k_proj) : tensor<64x128xbf16>
    %k = nn.linear(%attention_input, %w_k) : tensor<?x64xf32>
    %k_heads = nn.reshape(%k) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %w_v = lowp.get(@layers.1.self_attn.v_proj) : tensor<64x128xbf16>
    %v = nn.linear(%attention_input, %w_v) : tensor<?x64xf32>
    %v_heads = nn.reshape(%v) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %q_rotated = nn.rope(%q_heads, %positions) : tensor<?x4x32xf32>
    %k_rotated = nn.rope(%k_heads, %positions) : tensor<?x2x32xf32>
    %keys = nn.concat([%past_keys, %k_rotated]) {axis = 0} : tensor<?x2x32xf32>
    %values = nn.concat([%past_values, %v_heads]) {axis = 0} : tensor<?x2x32xf32>
    %mixed = nn.attention(%q_rotated, %keys, %values) {causal = true} : tensor<?x4x32xf32>
    %mixed_flat = nn.reshape(%mixed) {shape = [-1, 128]} : tensor<?x128xf32>
    %w_o = lowp.get(@layers.1.self_attn.o_proj) : tensor<128x128xbf16>
    %o = nn.linear(%mixed_flat, %w_o) : tensor<?x128xf32>
    %attended = nn.add(%hidden, %o) : tensor<?x128xf32>
    %g_mlp_input = lowp.get(@layers.1.post_attention_layernorm) : tensor<128xbf16>
    %mlp_input = nn.rms_norm(%attended, %g_mlp_input) : tensor<?x128xf32>
    %w_gate = lowp.get(@layers.1.mlp.gate_proj) : tensor<384x128xbf16>
    %gate = nn.linear(%mlp_input, %w_gate) : tensor<?x384xf32>
    %w_up = lowp.get(@layers.1.mlp.up_proj) : tensor<384x128xbf16>
    %up = nn.linear(%mlp_input, %w_up) : tensor<?x384xf32>
    %active = nn.silu(%gate) : tensor<?x384xf32>
    %gated = nn.mul(%active, %up) : tensor<?x384xf32>
    %w_down = lowp.get(@layers.1.mlp.down_proj) : tensor<128x384xbf16>
    %down = nn.linear(%gated, %w_down) : tensor<?x128xf32>
    %output = nn.add(%attended, %down) : tensor<?x128xf32>
    return %output, %keys, %values : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  }

  func.func private @layer2(%hidden: tensor<?x128xf32>, %positions: tensor<?xi32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
    %g_attention_input = lowp.get(@layers.2.input_layernorm) : tensor<128xbf16>
    %attention_input = nn.rms_norm(%hidden, %g_attention_input) : tensor<?x128xf32>
    %w_q = lowp.get(@layers.2.self_attn.q_proj) : tensor<128x128xbf16>
    %q = nn.linear(%attention_input, %w_q) : tensor<?x128xf32>
    %q_heads = nn.reshape(%q) {shape = [-1, 4, 32]} : tensor<?x4x32xf32>
    %w_k = lowp.get(@layers.2.self_attn.k_proj) : tensor<64x128xbf16>
    %k = nn.linear(%attention_input, %w_k) : tensor<?x64xf32>
    %k_heads = nn.reshape(%k) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %w_v = lowp.get(@layers.2.self_attn.v_proj) : tensor<64x128xbf16>
    %v = nn.linear(%attention_input, %w_v) : tensor<?x64xf32>
    %v_heads = nn.reshape(%v) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %q_rotated = nn.rope(%q_heads, %positions) : tensor<?x4x32xf32>
    %k_rotated = nn.rope(%k_heads, %positions) : tensor<?x2x32xf32>
    %keys = nn.concat([%past_keys, %k_rotated]) {axis = 0} : tensor<?x2x32xf32>
    %values = nn.concat([%past_values, %v_heads]) {axis = 0} : tensor<?x2x32xf32>
    %mixed = nn.attention(%q_rotated, %keys, %values) {causal = true} : tensor<?x4x32xf32>
    %mixed_flat = nn.reshape(%mixed) {shape = [-1, 128]} : tensor<?x128xf32>
    %w_o = lowp.get(@layers.2.self_attn.o_proj) : tensor<128x128xbf16>
    %o = nn.linear(%mixed_flat, %w_o) : tensor<?x128xf32>
    %attended = nn.add(%hidden, %o) : tensor<?x128xf32>
    %g_mlp_input = lowp.get(@layers.2.post_attention_layernorm) : tensor<128xbf16>
    %mlp_input = nn.rms_norm(%attended, %g_mlp_input) : tensor<?x128xf32>
    %w_gate = lowp.get(@layers.2.mlp.gate_proj) : tensor<384x128xbf16>
    %gate = nn.linear(%mlp_input, %w_gate) : tensor<?x384xf32>
    %w_up = lowp.get(@layers.2.mlp.up_proj) : tensor<384x128xbf16>
    %up = nn.linear(%mlp_input, %w_up) : tensor<?x384xf32>
    %active = nn.silu(%gate) : tensor<?x384xf32>
    %gated = nn.mul(%active, %up) : tensor<?x384xf32>
    %w_down = lowp.get(@layers.2.mlp.down_proj) : tensor<128x384xbf16>
    %down = nn.linear(%gated, %w_down) : tensor<?x128xf32>
    %output = nn.add(%attended, %down) : tensor<?x128xf32>
    return %output, %keys, %values : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  }

  func.func private @layer3(%hidden: tensor<?x128xf32>, %positions: tensor<?xi32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
    %g_attention_input = lowp.get(@layers.3.input_layernorm) : tensor<128xbf16>
    %attention_input = nn.rms_norm(%hidden, %g_attention_input) : tensor<?x128xf32>
    %w_q = lowp.get(@layers.3.self_attn.q_proj) : tensor<128x128xbf16>
    %q = nn.linear(%attention_input, %w_q) : tensor<?x128xf32>
    %q_heads = nn.reshape(%q) {shape = [-1, 4, 32]} : tensor<?x4x32xf32>
    %w_k = lowp.get(@layers.3.self_attn.k_proj) : tensor<64x128xbf16>
    %k = nn.linear(%attention_input, %w_k) : tensor<?x64xf32>
    %k_heads = nn.reshape(%k) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %w_v = lowp.get(@layers.3.self_attn.v_proj) : tensor<64x128xbf16>
    %v = nn.linear(%attention_input, %w_v) : tensor<?x64xf32>
    %v_heads = nn.reshape(%v) {shape = [-1, 2, 32]} : tensor<?x2x32xf32>
    %q_rotated = nn.rope(%q_heads, %positions) : tensor<?x4x32xf32>
    %k_rotated = nn.rope(%k_heads, %positions) : tensor<?x2x32xf32>
    %keys = nn.concat([%past_keys, %k_rotated]) {axis = 0} : tensor<?x2x32xf32>
    %values = nn.concat([%past_values, %v_heads]) {axis = 0} : tensor<?x2x32xf32>
    %mixed = nn.attention(%q_rotated, %keys, %values) {causal = true} : tensor<?x4x32xf32>
    %mixed_flat = nn.reshape(%mixed) {shape = [-1, 128]} : tensor<?x128xf32>
    %w_o = lowp.get(@layers.3.self_attn.o_proj) : tensor<128x128xbf16>
    %o = nn.linear(%mixed_flat, %w_o) : tensor<?x128xf32>
    %attended = nn.add(%hidden, %o) : tensor<?x128xf32>
    %g_mlp_input = lowp.get(@layers.3.post_attention_layernorm) : tensor<128xbf16>
    %mlp_input = nn.rms_norm(%attended, %g_mlp_input) : tensor<?x128xf32>
    %w_gate = lowp.get(@layers.3.mlp.gate_proj) : tensor<384x128xbf16>
    %gate = nn.linear(%mlp_input, %w_gate) : tensor<?x384xf32>
    %w_up = lowp.get(@layers.3.mlp.up_proj) : tensor<384x128xbf16>
    %up = nn.linear(%mlp_input, %w_up) : tensor<?x384xf32>
    %active = nn.silu(%gate) : tensor<?x384xf32>
    %gated = nn.mul(%active, %up) : tensor<?x384xf32>
    %w_down = lowp.get(@layers.3.mlp.down_proj) : tensor<128x384xbf16>
    %down = nn.linear(%gated, %w_down) : tensor<?x128xf32>
    %output = nn.add(%attended, %down) : tensor<?x128xf32>
    return %output, %keys, %values : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  }

  func.func @decode(%tokens: tensor<?xi32>, %positions: tensor<?xi32>, %keys0: tensor<?x2x32xf32>, %values0: tensor<?x2x32xf32>, %keys1: tensor<?x2x32xf32>, %values1: tensor<?x2x32xf32>, %keys2: tensor<?x2x32xf32>, %values2: tensor<?x2x32xf32>, %keys3: tensor<?x2x32xf32>, %values3: tensor<?x2x32xf32>) -> (tensor<?x256xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
    %table = lowp.get(@embed_tokens) : tensor<256x128xbf16>
    %h0 = nn.embedding(%table, %tokens) : tensor<?x128xf32>
    %h1, %next_keys0, %next_values0 = func.call(@layer0, [%h0, %positions, %keys0, %values0]) : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
    %h2, %next_keys1, %next_values1 = func.call(@layer1, [%h1, %positions, %keys1, %values1]) : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
    %h3, %next_keys2, %next_values2 = func.call(@layer2, [%h2, %positions, %keys2, %values2]) : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
    %h4, %next_keys3, %next_values3 = func.call(@layer3, [%h3, %positions, %keys3, %values3]) : tensor<?x128xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
    %g_final = lowp.get(@norm) : tensor<128xbf16>
    %final = nn.rms_norm(%h4, %g_final) : tensor<?x128xf32>
    %w_logits = lowp.get(@lm_head) : tensor<256x128xbf16>
    %logits = nn.linear(%final, %w_logits) : tensor<?x256xf32>
    return %logits, %next_keys0, %next_values0, %next_keys1, %next_values1, %next_keys2, %next_values2, %next_keys3, %next_values3 : tensor<?x256xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  }

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %positions = nn.positions(%tokens) : tensor<?xi32>
    %none = nn.zeros() {shape = [0, 2, 32], element = f32} : tensor<0x2x32xf32>
    %empty = nn.refine(%none) : tensor<?x2x32xf32>
    %logits, %keys0, %values0, %keys1, %values1, %keys2, %values2, %keys3, %values3 = func.call(@decode, [%tokens, %positions, %empty, %empty, %empty, %empty, %empty, %empty, %empty, %empty]) : tensor<?x256xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
    return %logits : tensor<?x256xf32>
  }
}

{-#
  external_resources: {
    narrow: {
      model.embed_tokens.weight: "model.safetensors#model.embed_tokens.weight, 65536 bytes, sha256 0254aaf3ce93cf5692cbc6ce1d1331ad3381887b1c7f2583c5b4b2d1c122ec37",
      model.layers.0.input_layernorm.weight: "model.safetensors#model.layers.0.input_layernorm.weight, 256 bytes, sha256 c5b8352914ee2273022bd8efb225808a25fc2cdfcc744c7b9537acb94c03787b",
      model.layers.0.self_attn.q_proj.weight: "model.safetensors#model.layers.0.self_attn.q_proj.weight, 32768 bytes, sha256 764c31ebd480282d35265c2867785134fcb120dd698658f6cc55adff44bb20fb",
      model.layers.0.self_attn.k_proj.weight: "model.safetensors#model.layers.0.self_attn.k_proj.weight, 16384 bytes, sha256 f8182544c0bd198e577e9688cc8dc7f0889377c5a559d39b65212c055184464a",
      model.layers.0.self_attn.v_proj.weight: "model.safetensors#model.layers.0.self_attn.v_proj.weight, 16384 bytes, sha256 e27713d899e03c4591bc4629e92aa0af0cd16337cc44675f03bf6a13a4f62bff",
      model.layers.0.self_attn.o_proj.weight: "model.safetensors#model.layers.0.self_attn.o_proj.weight, 32768 bytes, sha256 f43a0bf22e03b60794b87e9a8757b534b0ce9c1f39ffcb733d36c68e5d8a58a7",
      model.layers.0.post_attention_layernorm.weight: "model.safetensors#model.layers.0.post_attention_layernorm.weight, 256 bytes, sha256 894e5daf59872689fa7349c6415d84ba64ba4364e86988b64973c1319dd7d610",
      model.layers.0.mlp.gate_proj.weight: "model.safetensors#model.layers.0.mlp.gate_proj.weight, 98304 bytes, sha256 e55e72e82c8109a0d488b7f66a422da73e430f91b9bb817aa08dcf94ab311ea6",
      model.layers.0.mlp.up_proj.weight: "model.safetensors#model.layers.0.mlp.up_proj.weight, 98304 bytes, sha256 3b6f2066914701adac63e29c0265f0db9e06551926561bc6da15f734f7d92705",
      model.layers.0.mlp.down_proj.weight: "model.safetensors#model.layers.0.mlp.down_proj.weight, 98304 bytes, sha256 ae8a7c88ffc5db74b6b1636db4a260c20d541b1c8024e4895ab315ba43291776",
      model.layers.1.input_layernorm.weight: "model.safetensors#model.layers.1.input_layernorm.weight, 256 bytes, sha256 720d1b0a0c7f3165873e2f437e19215e3ab7135c2c8464c8e67a6b4cc5818029",
      model.layers.1.self_attn.q_proj.weight: "model.safetensors#model.layers.1.self_attn.q_proj.weight, 32768 bytes, sha256 c02ad8c54d2224b5333536313c415e3377450377dfe5cd204a61ef0394944249",
      model.layers.1.self_attn.k_proj.weight: "model.safetensors#model.layers.1.self_attn.k_proj.weight, 16384 bytes, sha256 488eb7c0fd2735de320decc02417f48cd67b9eb811395529ce8da521e5d8a214",
      model.layers.1.self_attn.v_proj.weight: "model.safetensors#model.layers.1.self_attn.v_proj.weight, 16384 bytes, sha256 2af874f29453f27c7155d2c8bb218ab54948969eacddafc26b7c1f561c677774",
      model.layers.1.self_attn.o_proj.weight: "model.safetensors#model.layers.1.self_attn.o_proj.weight, 32768 bytes, sha256 88dce6de43d1d14810687d2a48ace4bd0f27c6ff7a5384547993ef3e36bbb44d",
      model.layers.1.post_attention_layernorm.weight: "model.safetensors#model.layers.1.post_attention_layernorm.weight, 256 bytes, sha256 1dde4f4301d7a44b1f6c61277b582324a33fd540e8cef821c1ba8727db1fe788",
      model.layers.1.mlp.gate_proj.weight: "model.safetensors#model.layers.1.mlp.gate_proj.weight, 98304 bytes, sha256 497f9e3cc4e5f11af36f50fdbe2f11b00041fde323d02d80d73193e26894d516",
      model.layers.1.mlp.up_proj.weight: "model.safetensors#model.layers.1.mlp.up_proj.weight, 98304 bytes, sha256 19233d752ed90d8817aa5fc35fdfc2a853eec4fc4d700a7599c569558903ce20",
      model.layers.1.mlp.down_proj.weight: "model.safetensors#model.layers.1.mlp.down_proj.weight, 98304 bytes, sha256 d4f533a22def64f19dc7b7785b590fad1c89f9989d31d39ea7e4b3050ca20ad4",
      model.layers.2.input_layernorm.weight: "model.safetensors#model.layers.2.input_layernorm.weight, 256 bytes, sha256 f0547c3b83f7aee5ca3554c3f6a082a0c13f4c648bd50379636743e143132d7f",
      model.layers.2.self_attn.q_proj.weight: "model.safetensors#model.layers.2.self_attn.q_proj.weight, 32768 bytes, sha256 53ff08c80b17f1438a54a6e8c1951e18ecdbda0ef5bf171d7428382aabde3b0f",
      model.layers.2.self_attn.k_proj.weight: "model.safetensors#model.layers.2.self_attn.k_proj.weight, 16384 bytes, sha256 708b48e64decc9befea3a3240010d4e87c9ae62ef0bbc1f0fad300adc4d1adbb",
      model.layers.2.self_attn.v_proj.weight: "model.safetensors#model.layers.2.self_attn.v_proj.weight, 16384 bytes, sha256 c4de51f97d3929f467f13c7b9660835460da23ba71272d9a91aca920ac8e84df",
      model.layers.2.self_attn.o_proj.weight: "model.safetensors#model.layers.2.self_attn.o_proj.weight, 32768 bytes, sha256 9607b2133f1ccf6e271e0062e8e7fa457ed1d757c046e7cfffb56698c194310c",
      model.layers.2.post_attention_layernorm.weight: "model.safetensors#model.layers.2.post_attention_layernorm.weight, 256 bytes, sha256 f5feed6d03369a4b614786c869fecc76d861163d10087869dc3586228cb29b3d",
      model.layers.2.mlp.gate_proj.weight: "model.safetensors#model.layers.2.mlp.gate_proj.weight, 98304 bytes, sha256 53a61ee2a45144bb5e45345a1817dff3943a9f0d0db51d9168365b24694c60a9",
      model.layers.2.mlp.up_proj.weight: "model.safetensors#model.layers.2.mlp.up_proj.weight, 98304 bytes, sha256 4f6c5885c4e6c277d7853c916c79adaabee9472ad5f0a6f44b81e3a78e9a8f3f",
      model.layers.2.mlp.down_proj.weight: "model.safetensors#model.layers.2.mlp.down_proj.weight, 98304 bytes, sha256 0d44c7cfe48958307888e11910ea45336bfcc3059c6fbbabe8c9a29a7d19760d",
      model.layers.3.input_layernorm.weight: "model.safetensors#model.layers.3.input_layernorm.weight, 256 bytes, sha256 c10691c576b7c93e090bd0be6e1acc838dec55b2a9db6de493463ea5ffd9bfa9",
      model.layers.3.self_attn.q_proj.weight: "model.safetensors#model.layers.3.self_attn.q_proj.weight, 32768 bytes, sha256 83e0d4c22fbdec53ce5d7a8b5591222918845399829efa4e155f635f29f66c73",
      model.layers.3.self_attn.k_proj.weight: "model.safetensors#model.layers.3.self_attn.k_proj.weight, 16384 bytes, sha256 bb2d54393120cdf5106db08449aaf44efb4fb40c227e517ba7cebe5e6eba1058",
      model.layers.3.self_attn.v_proj.weight: "model.safetensors#model.layers.3.self_attn.v_proj.weight, 16384 bytes, sha256 de0af717e6331ea665719d62838efc612007dfba5ecc15a8a6e5b90cf4e4f9f4",
      model.layers.3.self_attn.o_proj.weight: "model.safetensors#model.layers.3.self_attn.o_proj.weight, 32768 bytes, sha256 8b64fde9ad780e276cd3319b24c3ffaca032a0320c11abfea191155d8e46bc4a",
      model.layers.3.post_attention_layernorm.weight: "model.safetensors#model.layers.3.post_attention_layernorm.weight, 256 bytes, sha256 fb94b3b34a730b1c1f1734c5ac64b8c83b11409538bfd42feade688a31266204",
      model.layers.3.mlp.gate_proj.weight: "model.safetensors#model.layers.3.mlp.gate_proj.weight, 98304 bytes, sha256 47214d768caa42058ae66535b631e40064ac1fc0c75a0ccc54841c9dfeec1b65",
      model.layers.3.mlp.up_proj.weight: "model.safetensors#model.layers.3.mlp.up_proj.weight, 98304 bytes, sha256 2ed7b303b5e16e9c0c5d9b4a88e85da0a9b53c815a9db6d7030406b665df141c",
      model.layers.3.mlp.down_proj.weight: "model.safetensors#model.layers.3.mlp.down_proj.weight, 98304 bytes, sha256 dfa56e14753d9b8ba18c7e73fe372bffeef836f5b89456b79e26552caca887a1",
      model.norm.weight: "model.safetensors#model.norm.weight, 256 bytes, sha256 1a8b9e119b885962a7dedf47c05d5be735b6ec4915e9213d171e458e6c2c2bbd",
      lm_head.weight: "model.safetensors#lm_head.weight, 65536 bytes, sha256 b7ab023a54680bc15be82ab65c24eb5b7d5dbf29a6ab38a03215b69bb57ac334"
    }
  }
#-}
