module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x32xf32> = dense_resource<table>
  lowp.param @gain : tensor<32xf32> = dense_resource<gain.value> attributes {prov = {algo = "smooth-quant", pass = "smooth-quant", options = {alpha = 0.5}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.up : tensor<32x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.up.codes> : tensor<32x32xi8>, scale = dense_resource<layers.0.up.scale> : tensor<32x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.gate : tensor<32x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.gate.codes> : tensor<32x32xi8>, scale = dense_resource<layers.0.gate.scale> : tensor<32x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.down : tensor<8x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.down.codes> : tensor<8x32xi8>, scale = dense_resource<layers.0.down.scale> : tensor<8x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x32xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x32xf32>
    %g = lowp.get(@gain) : tensor<32xf32>
    %n = nn.rms_norm(%e, %g) : tensor<?x32xf32>
    %w_up_q = lowp.get(@layers.0.up) : tensor<32x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %n_q = lowp.quantize(%n) : tensor<?x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %up = lowp.linear(%n_q, %w_up_q) : tensor<?x32xf32>
    %w_gate_q = lowp.get(@layers.0.gate) : tensor<32x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %gate = lowp.linear(%n_q, %w_gate_q) : tensor<?x32xf32>
    %h = nn.mul(%up, %gate) : tensor<?x32xf32>
    %w_down_q = lowp.get(@layers.0.down) : tensor<8x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %h_q = lowp.quantize(%h) : tensor<?x32x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %z = lowp.linear(%h_q, %w_down_q) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}

