module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x32xf32> = dense_resource<table>
  lowp.param @gain : tensor<32xf32> = dense_resource<gain>
  lowp.param @layers.0.up : tensor<32x32xf32> = dense_resource<up>
  lowp.param @layers.0.gate : tensor<32x32xf32> = dense_resource<gate>
  lowp.param @layers.0.down : tensor<8x32xf32> = dense_resource<down>

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x32xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x32xf32>
    %g = lowp.get(@gain) : tensor<32xf32>
    %n = nn.rms_norm(%e, %g) : tensor<?x32xf32>
    %w_up = lowp.get(@layers.0.up) : tensor<32x32xf32>
    %n_q = lowp.quantize(%n) : tensor<?x32x!lowp.q<i4<-7:7>, block = [1, *], scale = f32>>
    %n_dq = lowp.dequantize(%n_q) : tensor<?x32xf32>
    %up = nn.linear(%n_dq, %w_up) : tensor<?x32xf32>
    %w_gate = lowp.get(@layers.0.gate) : tensor<32x32xf32>
    %gate = nn.linear(%n_dq, %w_gate) : tensor<?x32xf32>
    %h = nn.mul(%up, %gate) : tensor<?x32xf32>
    %w_down = lowp.get(@layers.0.down) : tensor<8x32xf32>
    %h_q = lowp.quantize(%h) : tensor<?x32x!lowp.q<i4<-7:7>, block = [1, *], scale = f32>>
    %h_dq = lowp.dequantize(%h_q) : tensor<?x32xf32>
    %z = nn.linear(%h_dq, %w_down) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}

