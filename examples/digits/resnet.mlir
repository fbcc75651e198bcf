// Digits of 8 x 8 pixels, grey 0 to 16, by a residual network with batch normalisation.
lowp.param @conv.weight : tensor<16x1x3x3xf32> = dense_resource<conv.weight>
lowp.param @bn.weight : tensor<16xf32> = dense_resource<bn.weight>
lowp.param @bn.bias : tensor<16xf32> = dense_resource<bn.bias>
lowp.param @bn.running_mean : tensor<16xf32> = dense_resource<bn.running_mean>
lowp.param @bn.running_var : tensor<16xf32> = dense_resource<bn.running_var>
lowp.param @s1.conv1.weight : tensor<16x16x3x3xf32> = dense_resource<s1.conv1.weight>
lowp.param @s1.bn1.weight : tensor<16xf32> = dense_resource<s1.bn1.weight>
lowp.param @s1.bn1.bias : tensor<16xf32> = dense_resource<s1.bn1.bias>
lowp.param @s1.bn1.running_mean : tensor<16xf32> = dense_resource<s1.bn1.running_mean>
lowp.param @s1.bn1.running_var : tensor<16xf32> = dense_resource<s1.bn1.running_var>
lowp.param @s1.conv2.weight : tensor<16x16x3x3xf32> = dense_resource<s1.conv2.weight>
lowp.param @s1.bn2.weight : tensor<16xf32> = dense_resource<s1.bn2.weight>
lowp.param @s1.bn2.bias : tensor<16xf32> = dense_resource<s1.bn2.bias>
lowp.param @s1.bn2.running_mean : tensor<16xf32> = dense_resource<s1.bn2.running_mean>
lowp.param @s1.bn2.running_var : tensor<16xf32> = dense_resource<s1.bn2.running_var>
lowp.param @s2.conv1.weight : tensor<32x16x3x3xf32> = dense_resource<s2.conv1.weight>
lowp.param @s2.bn1.weight : tensor<32xf32> = dense_resource<s2.bn1.weight>
lowp.param @s2.bn1.bias : tensor<32xf32> = dense_resource<s2.bn1.bias>
lowp.param @s2.bn1.running_mean : tensor<32xf32> = dense_resource<s2.bn1.running_mean>
lowp.param @s2.bn1.running_var : tensor<32xf32> = dense_resource<s2.bn1.running_var>
lowp.param @s2.conv2.weight : tensor<32x32x3x3xf32> = dense_resource<s2.conv2.weight>
lowp.param @s2.bn2.weight : tensor<32xf32> = dense_resource<s2.bn2.weight>
lowp.param @s2.bn2.bias : tensor<32xf32> = dense_resource<s2.bn2.bias>
lowp.param @s2.bn2.running_mean : tensor<32xf32> = dense_resource<s2.bn2.running_mean>
lowp.param @s2.bn2.running_var : tensor<32xf32> = dense_resource<s2.bn2.running_var>
lowp.param @s2.down.0.weight : tensor<32x16x1x1xf32> = dense_resource<s2.down.0.weight>
lowp.param @s2.down.1.weight : tensor<32xf32> = dense_resource<s2.down.1.weight>
lowp.param @s2.down.1.bias : tensor<32xf32> = dense_resource<s2.down.1.bias>
lowp.param @s2.down.1.running_mean : tensor<32xf32> = dense_resource<s2.down.1.running_mean>
lowp.param @s2.down.1.running_var : tensor<32xf32> = dense_resource<s2.down.1.running_var>
lowp.param @s3.conv1.weight : tensor<64x32x3x3xf32> = dense_resource<s3.conv1.weight>
lowp.param @s3.bn1.weight : tensor<64xf32> = dense_resource<s3.bn1.weight>
lowp.param @s3.bn1.bias : tensor<64xf32> = dense_resource<s3.bn1.bias>
lowp.param @s3.bn1.running_mean : tensor<64xf32> = dense_resource<s3.bn1.running_mean>
lowp.param @s3.bn1.running_var : tensor<64xf32> = dense_resource<s3.bn1.running_var>
lowp.param @s3.conv2.weight : tensor<64x64x3x3xf32> = dense_resource<s3.conv2.weight>
lowp.param @s3.bn2.weight : tensor<64xf32> = dense_resource<s3.bn2.weight>
lowp.param @s3.bn2.bias : tensor<64xf32> = dense_resource<s3.bn2.bias>
lowp.param @s3.bn2.running_mean : tensor<64xf32> = dense_resource<s3.bn2.running_mean>
lowp.param @s3.bn2.running_var : tensor<64xf32> = dense_resource<s3.bn2.running_var>
lowp.param @s3.down.0.weight : tensor<64x32x1x1xf32> = dense_resource<s3.down.0.weight>
lowp.param @s3.down.1.weight : tensor<64xf32> = dense_resource<s3.down.1.weight>
lowp.param @s3.down.1.bias : tensor<64xf32> = dense_resource<s3.down.1.bias>
lowp.param @s3.down.1.running_mean : tensor<64xf32> = dense_resource<s3.down.1.running_mean>
lowp.param @s3.down.1.running_var : tensor<64xf32> = dense_resource<s3.down.1.running_var>
lowp.param @fc.weight : tensor<10x64xf32> = dense_resource<fc.weight>
lowp.param @fc.bias : tensor<10xf32> = dense_resource<fc.bias>

func.func @main(%images: tensor<?x8x8xui8>) -> tensor<?x10xf32> {
  %grey = nn.cast(%images) {element = f32} : tensor<?x8x8xf32>
  %unit = nn.constant() {value = dense<0.0625> : tensor<f32>} : tensor<f32>
  %scaled = nn.mul(%grey, %unit) : tensor<?x8x8xf32>
  %x = nn.reshape(%scaled) {shape = [-1, 1, 8, 8]} : tensor<?x1x8x8xf32>
  %conv_weight = lowp.get(@conv.weight) : tensor<16x1x3x3xf32>
  %stem_conv = nn.conv2d(%x, %conv_weight) {pads = [1, 1, 1, 1]} : tensor<?x16x8x8xf32>
  %bn_weight = lowp.get(@bn.weight) : tensor<16xf32>
  %bn_bias = lowp.get(@bn.bias) : tensor<16xf32>
  %bn_running_mean = lowp.get(@bn.running_mean) : tensor<16xf32>
  %bn_running_var = lowp.get(@bn.running_var) : tensor<16xf32>
  %stem = nn.batch_norm(%stem_conv, %bn_weight, %bn_bias, %bn_running_mean, %bn_running_var) : tensor<?x16x8x8xf32>
  %stem_active = nn.relu(%stem) : tensor<?x16x8x8xf32>
  %s1_conv1_weight = lowp.get(@s1.conv1.weight) : tensor<16x16x3x3xf32>
  %s1_inner_conv = nn.conv2d(%stem_active, %s1_conv1_weight) {pads = [1, 1, 1, 1]} : tensor<?x16x8x8xf32>
  %s1_bn1_weight = lowp.get(@s1.bn1.weight) : tensor<16xf32>
  %s1_bn1_bias = lowp.get(@s1.bn1.bias) : tensor<16xf32>
  %s1_bn1_running_mean = lowp.get(@s1.bn1.running_mean) : tensor<16xf32>
  %s1_bn1_running_var = lowp.get(@s1.bn1.running_var) : tensor<16xf32>
  %s1_inner = nn.batch_norm(%s1_inner_conv, %s1_bn1_weight, %s1_bn1_bias, %s1_bn1_running_mean, %s1_bn1_running_var) : tensor<?x16x8x8xf32>
  %s1_inner_active = nn.relu(%s1_inner) : tensor<?x16x8x8xf32>
  %s1_conv2_weight = lowp.get(@s1.conv2.weight) : tensor<16x16x3x3xf32>
  %s1_outer_conv = nn.conv2d(%s1_inner_active, %s1_conv2_weight) {pads = [1, 1, 1, 1]} : tensor<?x16x8x8xf32>
  %s1_bn2_weight = lowp.get(@s1.bn2.weight) : tensor<16xf32>
  %s1_bn2_bias = lowp.get(@s1.bn2.bias) : tensor<16xf32>
  %s1_bn2_running_mean = lowp.get(@s1.bn2.running_mean) : tensor<16xf32>
  %s1_bn2_running_var = lowp.get(@s1.bn2.running_var) : tensor<16xf32>
  %s1_outer = nn.batch_norm(%s1_outer_conv, %s1_bn2_weight, %s1_bn2_bias, %s1_bn2_running_mean, %s1_bn2_running_var) : tensor<?x16x8x8xf32>
  %s1_sum = nn.add(%s1_outer, %stem_active) : tensor<?x16x8x8xf32>
  %s1 = nn.relu(%s1_sum) : tensor<?x16x8x8xf32>
  %s2_conv1_weight = lowp.get(@s2.conv1.weight) : tensor<32x16x3x3xf32>
  %s2_inner_conv = nn.conv2d(%s1, %s2_conv1_weight) {pads = [1, 1, 1, 1], strides = [2, 2]} : tensor<?x32x4x4xf32>
  %s2_bn1_weight = lowp.get(@s2.bn1.weight) : tensor<32xf32>
  %s2_bn1_bias = lowp.get(@s2.bn1.bias) : tensor<32xf32>
  %s2_bn1_running_mean = lowp.get(@s2.bn1.running_mean) : tensor<32xf32>
  %s2_bn1_running_var = lowp.get(@s2.bn1.running_var) : tensor<32xf32>
  %s2_inner = nn.batch_norm(%s2_inner_conv, %s2_bn1_weight, %s2_bn1_bias, %s2_bn1_running_mean, %s2_bn1_running_var) : tensor<?x32x4x4xf32>
  %s2_inner_active = nn.relu(%s2_inner) : tensor<?x32x4x4xf32>
  %s2_conv2_weight = lowp.get(@s2.conv2.weight) : tensor<32x32x3x3xf32>
  %s2_outer_conv = nn.conv2d(%s2_inner_active, %s2_conv2_weight) {pads = [1, 1, 1, 1]} : tensor<?x32x4x4xf32>
  %s2_bn2_weight = lowp.get(@s2.bn2.weight) : tensor<32xf32>
  %s2_bn2_bias = lowp.get(@s2.bn2.bias) : tensor<32xf32>
  %s2_bn2_running_mean = lowp.get(@s2.bn2.running_mean) : tensor<32xf32>
  %s2_bn2_running_var = lowp.get(@s2.bn2.running_var) : tensor<32xf32>
  %s2_outer = nn.batch_norm(%s2_outer_conv, %s2_bn2_weight, %s2_bn2_bias, %s2_bn2_running_mean, %s2_bn2_running_var) : tensor<?x32x4x4xf32>
  %s2_down_0_weight = lowp.get(@s2.down.0.weight) : tensor<32x16x1x1xf32>
  %s2_shortcut_conv = nn.conv2d(%s1, %s2_down_0_weight) {strides = [2, 2]} : tensor<?x32x4x4xf32>
  %s2_down_1_weight = lowp.get(@s2.down.1.weight) : tensor<32xf32>
  %s2_down_1_bias = lowp.get(@s2.down.1.bias) : tensor<32xf32>
  %s2_down_1_running_mean = lowp.get(@s2.down.1.running_mean) : tensor<32xf32>
  %s2_down_1_running_var = lowp.get(@s2.down.1.running_var) : tensor<32xf32>
  %s2_shortcut = nn.batch_norm(%s2_shortcut_conv, %s2_down_1_weight, %s2_down_1_bias, %s2_down_1_running_mean, %s2_down_1_running_var) : tensor<?x32x4x4xf32>
  %s2_sum = nn.add(%s2_outer, %s2_shortcut) : tensor<?x32x4x4xf32>
  %s2 = nn.relu(%s2_sum) : tensor<?x32x4x4xf32>
  %s3_conv1_weight = lowp.get(@s3.conv1.weight) : tensor<64x32x3x3xf32>
  %s3_inner_conv = nn.conv2d(%s2, %s3_conv1_weight) {pads = [1, 1, 1, 1], strides = [2, 2]} : tensor<?x64x2x2xf32>
  %s3_bn1_weight = lowp.get(@s3.bn1.weight) : tensor<64xf32>
  %s3_bn1_bias = lowp.get(@s3.bn1.bias) : tensor<64xf32>
  %s3_bn1_running_mean = lowp.get(@s3.bn1.running_mean) : tensor<64xf32>
  %s3_bn1_running_var = lowp.get(@s3.bn1.running_var) : tensor<64xf32>
  %s3_inner = nn.batch_norm(%s3_inner_conv, %s3_bn1_weight, %s3_bn1_bias, %s3_bn1_running_mean, %s3_bn1_running_var) : tensor<?x64x2x2xf32>
  %s3_inner_active = nn.relu(%s3_inner) : tensor<?x64x2x2xf32>
  %s3_conv2_weight = lowp.get(@s3.conv2.weight) : tensor<64x64x3x3xf32>
  %s3_outer_conv = nn.conv2d(%s3_inner_active, %s3_conv2_weight) {pads = [1, 1, 1, 1]} : tensor<?x64x2x2xf32>
  %s3_bn2_weight = lowp.get(@s3.bn2.weight) : tensor<64xf32>
  %s3_bn2_bias = lowp.get(@s3.bn2.bias) : tensor<64xf32>
  %s3_bn2_running_mean = lowp.get(@s3.bn2.running_mean) : tensor<64xf32>
  %s3_bn2_running_var = lowp.get(@s3.bn2.running_var) : tensor<64xf32>
  %s3_outer = nn.batch_norm(%s3_outer_conv, %s3_bn2_weight, %s3_bn2_bias, %s3_bn2_running_mean, %s3_bn2_running_var) : tensor<?x64x2x2xf32>
  %s3_down_0_weight = lowp.get(@s3.down.0.weight) : tensor<64x32x1x1xf32>
  %s3_shortcut_conv = nn.conv2d(%s2, %s3_down_0_weight) {strides = [2, 2]} : tensor<?x64x2x2xf32>
  %s3_down_1_weight = lowp.get(@s3.down.1.weight) : tensor<64xf32>
  %s3_down_1_bias = lowp.get(@s3.down.1.bias) : tensor<64xf32>
  %s3_down_1_running_mean = lowp.get(@s3.down.1.running_mean) : tensor<64xf32>
  %s3_down_1_running_var = lowp.get(@s3.down.1.running_var) : tensor<64xf32>
  %s3_shortcut = nn.batch_norm(%s3_shortcut_conv, %s3_down_1_weight, %s3_down_1_bias, %s3_down_1_running_mean, %s3_down_1_running_var) : tensor<?x64x2x2xf32>
  %s3_sum = nn.add(%s3_outer, %s3_shortcut) : tensor<?x64x2x2xf32>
  %s3 = nn.relu(%s3_sum) : tensor<?x64x2x2xf32>
  %pooled = nn.global_average_pool(%s3) : tensor<?x64x1x1xf32>
  %features = nn.reshape(%pooled) {shape = [-1, 64]} : tensor<?x64xf32>
  %fc_weight = lowp.get(@fc.weight) : tensor<10x64xf32>
  %fc_bias = lowp.get(@fc.bias) : tensor<10xf32>
  %logits = nn.linear(%features, %fc_weight, %fc_bias) : tensor<?x10xf32>
  return %logits : tensor<?x10xf32>
}

{-#
  external_resources: {
    narrow: {
      conv.weight: "resnet.safetensors#conv.weight, 576 bytes, sha256 0460c7f7a8480a0e7fb28b8dd05c3328e1511b1e41306e517096ee88612f02c0",
      bn.weight: "resnet.safetensors#bn.weight, 64 bytes, sha256 ce7dde861f4b86e029c721a33409d7fb31eb19466c3ac387de069c41adf29c82",
      bn.bias: "resnet.safetensors#bn.bias, 64 bytes, sha256 363c90e2863bd84d03738465945a1d97a3c7dfcdebd5acf1ed1a26a033db2298",
      bn.running_mean: "resnet.safetensors#bn.running_mean, 64 bytes, sha256 f883f55087f6fb58405fad90d2e8d40fef37335b72fa0ff2c1e26aa280f731b0",
      bn.running_var: "resnet.safetensors#bn.running_var, 64 bytes, sha256 1ccc2b06c0d51cc02219e215bc5e0a0e87ff6d190de4e988aa0fec3ad53238c7",
      s1.conv1.weight: "resnet.safetensors#s1.conv1.weight, 9216 bytes, sha256 d3cede0cc969a11fd55ba94b6c3ff53647990e21cb2861d65db6e4e24484d166",
      s1.bn1.weight: "resnet.safetensors#s1.bn1.weight, 64 bytes, sha256 5bf48f591beecce1c81e1fd76773e394785b2344e18b7455d35a315b9a78cb19",
      s1.bn1.bias: "resnet.safetensors#s1.bn1.bias, 64 bytes, sha256 8622b39978605f6d589f87d8d4fa16798ea5035632b6bd070a4ce1ae33e1e900",
      s1.bn1.running_mean: "resnet.safetensors#s1.bn1.running_mean, 64 bytes, sha256 555c0d97bef5e152c7d69e078d4888438506f4c440a6d7fd37907959ccaced55",
      s1.bn1.running_var: "resnet.safetensors#s1.bn1.running_var, 64 bytes, sha256 a4957add79560ad966b66dedb0cd8cebc3dcf9248f2ec1f319c036b4a717ecd4",
      s1.conv2.weight: "resnet.safetensors#s1.conv2.weight, 9216 bytes, sha256 3f13d2b24131451d49933f90e260d4cb2765ea5c4d4aba81357567624bb36f33",
      s1.bn2.weight: "resnet.safetensors#s1.bn2.weight, 64 bytes, sha256 3d68f072f23bd99aa14544cbdb471f9a6cc38c256d2444cbedb8fe45c5aa9aee",
      s1.bn2.bias: "resnet.safetensors#s1.bn2.bias, 64 bytes, sha256 22960deb9d7e274c89bc977c9a13c0219435745c6da06db3956126bd3456fba9",
      s1.bn2.running_mean: "resnet.safetensors#s1.bn2.running_mean, 64 bytes, sha256 0f4c134defdc3f1bf2c122c8727944f3ae43bb5fef5dbc48aee8a075122cf5ae",
      s1.bn2.running_var: "resnet.safetensors#s1.bn2.running_var, 64 bytes, sha256 d038158959ac0f089ebcb63badcc56b03a078b0b0e6738323c514bcd64b85df1",
      s2.conv1.weight: "resnet.safetensors#s2.conv1.weight, 18432 bytes, sha256 f040fa6e9770eb147de4fd4aa9e6476a3386c1b05b90df413363acd46ce1caf8",
      s2.bn1.weight: "resnet.safetensors#s2.bn1.weight, 128 bytes, sha256 a46352c34793c8710774bcae57cf4bcd417bbe101f937531d2247d28d0a771a8",
      s2.bn1.bias: "resnet.safetensors#s2.bn1.bias, 128 bytes, sha256 b73a848bdd1666c4250e9ff4115ee7e5bd564f58a2a62a8aff689c2b406bf558",
      s2.bn1.running_mean: "resnet.safetensors#s2.bn1.running_mean, 128 bytes, sha256 d7b5205eb66713ef7e4670ba88139405bb5f97abe779f48f5b3b42f503df67e6",
      s2.bn1.running_var: "resnet.safetensors#s2.bn1.running_var, 128 bytes, sha256 d55c72b66eefb1a914d3d12ef49280c3572cfe8810a81e6ef3f5b8b5970a914b",
      s2.conv2.weight: "resnet.safetensors#s2.conv2.weight, 36864 bytes, sha256 8575d45df2b954e459ead301006bc2541ab0eaf1cb5213e883b35e1d0cf77f14",
      s2.bn2.weight: "resnet.safetensors#s2.bn2.weight, 128 bytes, sha256 ab3d5e55e0b873e7865e708b9ee04f48a8c4c412956294e4fdacfc746516ee1b",
      s2.bn2.bias: "resnet.safetensors#s2.bn2.bias, 128 bytes, sha256 46f0f01a89e33d8f2f8aa321a386b25a354ecc34d5913e529a9f86c9c30acaef",
      s2.bn2.running_mean: "resnet.safetensors#s2.bn2.running_mean, 128 bytes, sha256 318bd530a7f1f654262850092e1f40bbc5898e6a403de2b5672b0cb8c381353b",
      s2.bn2.running_var: "resnet.safetensors#s2.bn2.running_var, 128 bytes, sha256 e302491d9caf815b28460c536accceb01c94b789886b6a5894565f4de6b23225",
      s2.down.0.weight: "resnet.safetensors#s2.down.0.weight, 2048 bytes, sha256 ced0ae8bb4641783dbdcc19d395fa577623dac1f571362487fda8c0a2304fb9a",
      s2.down.1.weight: "resnet.safetensors#s2.down.1.weight, 128 bytes, sha256 4d8192edd7c8070987fe67bf9a526caaaafc3b8c1b75000b354e6b3f987dce77",
      s2.down.1.bias: "resnet.safetensors#s2.down.1.bias, 128 bytes, sha256 32cafc1587ec31496e8bfa8161d9b2527a10513878ab5100f777a2efdf05a4c9",
      s2.down.1.running_mean: "resnet.safetensors#s2.down.1.running_mean, 128 bytes, sha256 344042bdd49f36a71880e0a785ec4b2d20d2589581ef29ed4e444b95c320e772",
      s2.down.1.running_var: "resnet.safetensors#s2.down.1.running_var, 128 bytes, sha256 56aa4579ee1ac3c3a76e1987ed054f2aca901fb2ba37818ffe94fc0d80bcba2c",
      s3.conv1.weight: "resnet.safetensors#s3.conv1.weight, 73728 bytes, sha256 78be4518fe01a71329c21c08832962c2dd03c8848e2b5a37c29f4963fbc36268",
      s3.bn1.weight: "resnet.safetensors#s3.bn1.weight, 256 bytes, sha256 98e510a9065bfc0461265ffa266ef28a9d266d0a265b61205c7831eabd1ce24f",
      s3.bn1.bias: "resnet.safetensors#s3.bn1.bias, 256 bytes, sha256 6441eeceb2b034eec5c8c21022b8d8ecbb0ba8ac3a725f5f19131b4995bcd30b",
      s3.bn1.running_mean: "resnet.safetensors#s3.bn1.running_mean, 256 bytes, sha256 5f7c0f04da049e474522e1bfbfb3854ad14a5a7defdc4d2297ff90b897185cdf",
      s3.bn1.running_var: "resnet.safetensors#s3.bn1.running_var, 256 bytes, sha256 e17d5d4601cfd708cdd45614628895b7fb2495375ad57aadf59b273c8f65f4ee",
      s3.conv2.weight: "resnet.safetensors#s3.conv2.weight, 147456 bytes, sha256 7c7881acb9f060dca19c60da54415be2bd21ece4d86e149d76813c77df6ae7d4",
      s3.bn2.weight: "resnet.safetensors#s3.bn2.weight, 256 bytes, sha256 58d07ca25449eec28416729f8e49d250e4c5b5644db8742ec6cd51475316ce25",
      s3.bn2.bias: "resnet.safetensors#s3.bn2.bias, 256 bytes, sha256 42f74d9558da3d082250c257209ffadfc3b81765c569833635550cc5b9b92ff8",
      s3.bn2.running_mean: "resnet.safetensors#s3.bn2.running_mean, 256 bytes, sha256 1cc343a6b0d81a8d29a03f338a686aa42c3f991faf172dbe25ddf7dd4f2c3b3e",
      s3.bn2.running_var: "resnet.safetensors#s3.bn2.running_var, 256 bytes, sha256 e1c1036ff8e487ca27d724a9287746ced6d7773e812a9b1f891a8bbbe1a80492",
      s3.down.0.weight: "resnet.safetensors#s3.down.0.weight, 8192 bytes, sha256 308d533fbdd1fb74ac6a65bc837d5b33489609d46506996685318e1cca027723",
      s3.down.1.weight: "resnet.safetensors#s3.down.1.weight, 256 bytes, sha256 9f2f67d8f97218d8bb4b278da8949ce0077da7028807a8e2c2c9d05803f79d39",
      s3.down.1.bias: "resnet.safetensors#s3.down.1.bias, 256 bytes, sha256 71faf769b76cf5d390c30ede40865d334bde8584c4b6a63cbb547374d8808e4b",
      s3.down.1.running_mean: "resnet.safetensors#s3.down.1.running_mean, 256 bytes, sha256 dd58388ea28fbefd72e03615a4307999ed8df0e28244cd4e05e4f2f448032fa4",
      s3.down.1.running_var: "resnet.safetensors#s3.down.1.running_var, 256 bytes, sha256 e9b32b89297d8aa992106e0e14859f48f6c267f19182fb93cf917df5d77038ce",
      fc.weight: "resnet.safetensors#fc.weight, 2560 bytes, sha256 381a9525e30e1c203e1a1ac97d5895851aaa5b6ba307d0c29cd477afbe5d3054",
      fc.bias: "resnet.safetensors#fc.bias, 40 bytes, sha256 a600028263aa4c320cd5344e699bd8073cfd6106e786783aa3e2237121244f8c"
    }
  }
#-}
