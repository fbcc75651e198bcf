func.func @attributes_keep_a_return_generic(%x: tensor<2xf32>) -> tensor<2xf32> {
  "func.return"(%x) {test.note = 1} : (tensor<2xf32>) -> ()
}
