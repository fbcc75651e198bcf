module attributes {nn.tokenizer = "bytes", nn.context = 18} {
  lowp.param @table : tensor<256x128xf32> = dense_resource<table>
  lowp.param @norm : tensor<128xf32> = dense_resource<norm.value> attributes {prov = {algo = "awq-scale", pass = "awq-scale", options = {type = !lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>}, calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @layers.0.mlp.gate_proj : tensor<128x128x!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>> = {codes = dense_resource<layers.0.mlp.gate_proj.codes> : tensor<128x128xui4>, scale = dense_resource<layers.0.mlp.gate_proj.scale> : tensor<128x1xf16>, zero = dense_resource<layers.0.mlp.gate_proj.zero> : tensor<128x1xui4>} attributes {prov = {algo = "awq-clip", pass = "quantize-weights", calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @layers.0.mlp.up_proj : tensor<128x128x!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>> = {codes = dense_resource<layers.0.mlp.up_proj.codes> : tensor<128x128xui4>, scale = dense_resource<layers.0.mlp.up_proj.scale> : tensor<128x1xf16>, zero = dense_resource<layers.0.mlp.up_proj.zero> : tensor<128x1xui4>} attributes {prov = {algo = "awq-clip", pass = "quantize-weights", calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @layers.0.mlp.down_proj : tensor<16x128x!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>> = {codes = dense_resource<layers.0.mlp.down_proj.codes> : tensor<16x128xui4>, scale = dense_resource<layers.0.mlp.down_proj.scale> : tensor<16x1xf16>, zero = dense_resource<layers.0.mlp.down_proj.zero> : tensor<16x1xui4>} attributes {prov = {algo = "awq-clip", pass = "quantize-weights", calibration = "6f785a86b2716dcc5a48caa0de944396ba871d5c7f3bf776993648335fcb2bb2"}}
  lowp.param @head : tensor<256x16xf32> = dense_resource<head>

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %t = lowp.get(@table) : tensor<256x128xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %w_gate_q = lowp.get(@layers.0.mlp.gate_proj) : tensor<128x128x!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>>
    %gate = lowp.linear(%n, %w_gate_q) : tensor<?x128xf32>
    %w_up_q = lowp.get(@layers.0.mlp.up_proj) : tensor<128x128x!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>>
    %up = lowp.linear(%n, %w_up_q) : tensor<?x128xf32>
    %active = nn.silu(%gate) : tensor<?x128xf32>
    %gated = nn.mul(%active, %up) : tensor<?x128xf32>
    %w_down_q = lowp.get(@layers.0.mlp.down_proj) : tensor<16x128x!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>>
    %down = lowp.linear(%gated, %w_down_q) : tensor<?x16xf32>
    %w = lowp.get(@head) : tensor<256x16xf32>
    %y = nn.linear(%down, %w) : tensor<?x256xf32>
    return %y : tensor<?x256xf32>
  }
}
