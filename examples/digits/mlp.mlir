// Digits of 8 x 8 pixels, grey 0 to 16, by a network of three layers; fc1 and fc2 are 2:4 sparse along their inputs.
lowp.param @fc1.weight : tensor<128x64xf32> = dense_resource<fc1.weight>
lowp.param @fc1.bias : tensor<128xf32> = dense_resource<fc1.bias>
lowp.param @fc2.weight : tensor<128x128xf32> = dense_resource<fc2.weight>
lowp.param @fc2.bias : tensor<128xf32> = dense_resource<fc2.bias>
lowp.param @fc3.weight : tensor<10x128xf32> = dense_resource<fc3.weight>
lowp.param @fc3.bias : tensor<10xf32> = dense_resource<fc3.bias>

func.func @main(%images: tensor<?x8x8xui8>) -> tensor<?x10xf32> {
  %grey = nn.cast(%images) {element = f32} : tensor<?x8x8xf32>
  %unit = nn.constant() {value = dense<0.0625> : tensor<f32>} : tensor<f32>
  %scaled = nn.mul(%grey, %unit) : tensor<?x8x8xf32>
  %x = nn.reshape(%scaled) {shape = [-1, 64]} : tensor<?x64xf32>
  %w1 = lowp.get(@fc1.weight) : tensor<128x64xf32>
  %b1 = lowp.get(@fc1.bias) : tensor<128xf32>
  %h1 = nn.linear(%x, %w1, %b1) : tensor<?x128xf32>
  %a1 = nn.relu(%h1) : tensor<?x128xf32>
  %w2 = lowp.get(@fc2.weight) : tensor<128x128xf32>
  %b2 = lowp.get(@fc2.bias) : tensor<128xf32>
  %h2 = nn.linear(%a1, %w2, %b2) : tensor<?x128xf32>
  %a2 = nn.relu(%h2) : tensor<?x128xf32>
  %w3 = lowp.get(@fc3.weight) : tensor<10x128xf32>
  %b3 = lowp.get(@fc3.bias) : tensor<10xf32>
  %logits = nn.linear(%a2, %w3, %b3) : tensor<?x10xf32>
  return %logits : tensor<?x10xf32>
}

{-#
  external_resources: {
    narrow: {
      fc1.weight: "mlp.safetensors#fc1.weight, 32768 bytes, sha256 a8ace4e090049bae39f18cca50ddb070b257debd97385da113c3531bf82efd67",
      fc1.bias: "mlp.safetensors#fc1.bias, 512 bytes, sha256 d6beedcd492d191feabe737740ac7da36ab9d51ddf1444d9531c6b16678b9601",
      fc2.weight: "mlp.safetensors#fc2.weight, 65536 bytes, sha256 883b044075c67d2f923c22b3bb584f360e82bea10a9f47b75fc1df3a7831fb51",
      fc2.bias: "mlp.safetensors#fc2.bias, 512 bytes, sha256 5c6e63881ba3b91b377ef901e20804329fdee3c8847f22681012775a254a008c",
      fc3.weight: "mlp.safetensors#fc3.weight, 5120 bytes, sha256 822d9c3177d12297286b0ea3d9be640efcd63ffaaaadbde6c76cd5675fd3835f",
      fc3.bias: "mlp.safetensors#fc3.bias, 40 bytes, sha256 dd9a283fa4d38ea0f0b8b7f01eb5f2c1238641733c4fc34edb2b9a4e5816335e"
    }
  }
#-}
