module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x32xf32> = dense_resource<table>
  lowp.param @gain : tensor<32xf32> = dense_resource<gain>
  lowp.param @layers.0.up : tensor<32x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>> = {codes = dense_resource<layers.0.up.codes> : tensor<32x32xf4E2M1FN>, scale.codes = dense_resource<layers.0.up.scale.codes> : tensor<32x2xf8E4M3FN>, scale.scale = dense_resource<layers.0.up.scale.scale> : tensor<1x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.gate : tensor<32x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>> = {codes = dense_resource<layers.0.gate.codes> : tensor<32x32xf4E2M1FN>, scale.codes = dense_resource<layers.0.gate.scale.codes> : tensor<32x2xf8E4M3FN>, scale.scale = dense_resource<layers.0.gate.scale.scale> : tensor<1x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.down : tensor<8x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>> = {codes = dense_resource<layers.0.down.codes> : tensor<8x32xf4E2M1FN>, scale.codes = dense_resource<layers.0.down.scale.codes> : tensor<8x2xf8E4M3FN>, scale.scale = dense_resource<layers.0.down.scale.scale> : tensor<1x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x32xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x32xf32>
    %g = lowp.get(@gain) : tensor<32xf32>
    %n = nn.rms_norm(%e, %g) : tensor<?x32xf32>
    %w_up_q = lowp.get(@layers.0.up) : tensor<32x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>>
    %n_q = lowp.quantize(%n) : tensor<?x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>>
    %up = lowp.linear(%n_q, %w_up_q) : tensor<?x32xf32>
    %w_gate_q = lowp.get(@layers.0.gate) : tensor<32x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>>
    %gate = lowp.linear(%n_q, %w_gate_q) : tensor<?x32xf32>
    %h = nn.mul(%up, %gate) : tensor<?x32xf32>
    %w_down_q = lowp.get(@layers.0.down) : tensor<8x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>>
    %h_q = lowp.quantize(%h) : tensor<?x32x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>>
    %z = lowp.linear(%h_q, %w_down_q) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}

