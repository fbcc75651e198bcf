module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  rot.def(@r1) {transform = #rot.hadamard<128>, prov = {pass = "rotate"}}
  lowp.param @table : tensor<8x128xf32, #rot.frame<@r1 on 1>> = dense_resource<table.value> attributes {prov = {pass = "fuse-rotations", transform = @r1, axis = 1}}
  lowp.param @layers.0.self_attn.k_proj : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>> = {codes = dense_resource<layers.0.self_attn.k_proj.codes> : tensor<64x128xui4>, scale = dense_resource<layers.0.self_attn.k_proj.scale> : tensor<64x2xf16>, zero = dense_resource<layers.0.self_attn.k_proj.zero> : tensor<64x2xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.v_proj : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>> = {codes = dense_resource<layers.0.self_attn.v_proj.codes> : tensor<64x128xui4>, scale = dense_resource<layers.0.self_attn.v_proj.scale> : tensor<64x2xf16>, zero = dense_resource<layers.0.self_attn.v_proj.zero> : tensor<64x2xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.o_proj : tensor<128x64x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 0>> = {codes = dense_resource<layers.0.self_attn.o_proj.codes> : tensor<128x64xui4>, scale = dense_resource<layers.0.self_attn.o_proj.scale> : tensor<128x1xf16>, zero = dense_resource<layers.0.self_attn.o_proj.zero> : tensor<128x1xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.mlp.gate_proj : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>> = {codes = dense_resource<layers.0.mlp.gate_proj.codes> : tensor<64x128xui4>, scale = dense_resource<layers.0.mlp.gate_proj.scale> : tensor<64x2xf16>, zero = dense_resource<layers.0.mlp.gate_proj.zero> : tensor<64x2xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.mlp.up_proj : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>> = {codes = dense_resource<layers.0.mlp.up_proj.codes> : tensor<64x128xui4>, scale = dense_resource<layers.0.mlp.up_proj.scale> : tensor<64x2xf16>, zero = dense_resource<layers.0.mlp.up_proj.zero> : tensor<64x2xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.mlp.down_proj : tensor<128x64x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 0>> = {codes = dense_resource<layers.0.mlp.down_proj.codes> : tensor<128x64xui4>, scale = dense_resource<layers.0.mlp.down_proj.scale> : tensor<128x1xf16>, zero = dense_resource<layers.0.mlp.down_proj.zero> : tensor<128x1xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @head : tensor<8x128xf32, #rot.frame<@r1 on 1>> = dense_resource<head.value> attributes {prov = {pass = "fuse-rotations", transform = @r1, axis = 1, before = {pass = "fold-norms"}}}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x128xf32, #rot.frame<@r1 on 1>>
    %e = nn.embedding(%t, %tokens) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %a = nn.rms_norm(%e) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %w_k_q = lowp.get(@layers.0.self_attn.k_proj) : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>>
    %k = lowp.linear(%a, %w_k_q) : tensor<?x64xf32>
    %w_v_q = lowp.get(@layers.0.self_attn.v_proj) : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>>
    %v = lowp.linear(%a, %w_v_q) : tensor<?x64xf32>
    %keyed = nn.silu(%k) : tensor<?x64xf32>
    %mixed = nn.mul(%keyed, %v) : tensor<?x64xf32>
    %w_o_q = lowp.get(@layers.0.self_attn.o_proj) : tensor<128x64x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 0>>
    %o = lowp.linear(%mixed, %w_o_q) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %x = nn.add(%e, %o) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %n = nn.rms_norm(%x) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %w_gate_q = lowp.get(@layers.0.mlp.gate_proj) : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>>
    %gate = lowp.linear(%n, %w_gate_q) : tensor<?x64xf32>
    %w_up_q = lowp.get(@layers.0.mlp.up_proj) : tensor<64x128x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 1>>
    %up = lowp.linear(%n, %w_up_q) : tensor<?x64xf32>
    %active = nn.silu(%gate) : tensor<?x64xf32>
    %gated = nn.mul(%active, %up) : tensor<?x64xf32>
    %w_down_q = lowp.get(@layers.0.mlp.down_proj) : tensor<128x64x!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4>, #rot.frame<@r1 on 0>>
    %down = lowp.linear(%gated, %w_down_q) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %y = nn.add(%x, %down) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %m = nn.rms_norm(%y) : tensor<?x128xf32, #rot.frame<@r1 on 1>>
    %w = lowp.get(@head) : tensor<8x128xf32, #rot.frame<@r1 on 1>>
    %z = nn.linear(%m, %w) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
