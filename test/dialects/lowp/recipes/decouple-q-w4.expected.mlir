module attributes {nn.tokenizer = "bytes", nn.context = 18} {
  lowp.param @table : tensor<256x32xf32> = dense_resource<table>
  lowp.param @layers.0.self_attn.k_proj : tensor<32x32x!lowp.q<ui5, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui5>> = {codes = dense_resource<layers.0.self_attn.k_proj.codes> : tensor<32x32xui5>, scale.codes = dense_resource<layers.0.self_attn.k_proj.scale.codes> : tensor<32x1xui4>, scale.scale = dense_resource<layers.0.self_attn.k_proj.scale.scale> : tensor<8x1xf16>, zero = dense_resource<layers.0.self_attn.k_proj.zero> : tensor<32x1xui5>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @layers.0.self_attn.v_proj : tensor<32x32x!lowp.q<ui5, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui5>> = {codes = dense_resource<layers.0.self_attn.v_proj.codes> : tensor<32x32xui5>, scale.codes = dense_resource<layers.0.self_attn.v_proj.scale.codes> : tensor<32x1xui4>, scale.scale = dense_resource<layers.0.self_attn.v_proj.scale.scale> : tensor<8x1xf16>, zero = dense_resource<layers.0.self_attn.v_proj.zero> : tensor<32x1xui5>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @layers.0.self_attn.o_proj : tensor<32x32x!lowp.q<ui5, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui5>> = {codes = dense_resource<layers.0.self_attn.o_proj.codes> : tensor<32x32xui5>, scale.codes = dense_resource<layers.0.self_attn.o_proj.scale.codes> : tensor<32x1xui4>, scale.scale = dense_resource<layers.0.self_attn.o_proj.scale.scale> : tensor<8x1xf16>, zero = dense_resource<layers.0.self_attn.o_proj.zero> : tensor<32x1xui5>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @layers.0.mlp.up_proj : tensor<64x32x!lowp.q<ui4, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui4>> = {codes = dense_resource<layers.0.mlp.up_proj.codes> : tensor<64x32xui4>, scale.codes = dense_resource<layers.0.mlp.up_proj.scale.codes> : tensor<64x1xui4>, scale.scale = dense_resource<layers.0.mlp.up_proj.scale.scale> : tensor<16x1xf16>, zero = dense_resource<layers.0.mlp.up_proj.zero> : tensor<64x1xui4>} attributes {prov = {algo = "decouple-q", pass = "quantize-weights", options = {target = output}, calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @head : tensor<256x64xf32> = dense_resource<head>

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %t = lowp.get(@table) : tensor<256x32xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x32xf32>
    %w_k_q = lowp.get(@layers.0.self_attn.k_proj) : tensor<32x32x!lowp.q<ui5, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui5>>
    %k = lowp.linear(%x, %w_k_q) : tensor<?x32xf32>
    %w_v_q = lowp.get(@layers.0.self_attn.v_proj) : tensor<32x32x!lowp.q<ui5, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui5>>
    %v = lowp.linear(%x, %w_v_q) : tensor<?x32xf32>
    %mixed = nn.mul(%k, %v) : tensor<?x32xf32>
    %w_o_q = lowp.get(@layers.0.self_attn.o_proj) : tensor<32x32x!lowp.q<ui5, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui5>>
    %o = lowp.linear(%mixed, %w_o_q) : tensor<?x32xf32>
    %w_up_q = lowp.get(@layers.0.mlp.up_proj) : tensor<64x32x!lowp.q<ui4, block = [1, 32], scale = !lowp.q<ui4, block = [4, *], scale = f16>, zero = ui4>>
    %up = lowp.linear(%o, %w_up_q) : tensor<?x64xf32>
    %w = lowp.get(@head) : tensor<256x64xf32>
    %y = nn.linear(%up, %w) : tensor<?x256xf32>
    return %y : tensor<?x256xf32>
  }
}
