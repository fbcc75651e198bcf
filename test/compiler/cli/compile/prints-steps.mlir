// RUN: narrow compile %s --print steps --extent x=8 --extent y=4
lowp.param @w : tensor<2x4xf32> = dense_resource<w>
func.func @join(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>, %sum: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %joined = nn.concat([%x, %y]) {axis = 0} : tensor<?x4xf32>
  %w = lowp.get(@w) : tensor<2x4xf32>
  %h = nn.linear(%joined, %w) : tensor<?x2xf32>
  %positive = nn.relu(%h) : tensor<?x2xf32>
  %total = nn.add(%positive, %sum) : tensor<?x2xf32>
  return %total, %h : tensor<?x2xf32>, tensor<?x2xf32>
}
func.func @double(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = nn.add(%x, %x) : tensor<3xf32>
  return %y : tensor<3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000403F000080BECDCCCC3D0000003FCDCCCCBE0000C03F000000009A9919BF"
    }
  }
#-}
