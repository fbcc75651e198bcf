// RUN: narrow opt %s --pipeline canonicalize --explain canonicalize --verify-diagnostics

func.func @main(%x: tensor<?x4xf32>, %w: tensor<2x4xf32>) -> tensor<?x2xf32> {
  // expected-remark@+1 {{drop-repeated-relu at nn.relu %a: matched 0 of 2: expected an input from nn.relu, found %x, an argument}}
  %a = nn.relu(%x) : tensor<?x4xf32>
  // expected-remark@+1 {{drop-repeated-relu at nn.relu %b: applied}}
  %b = nn.relu(%a) : tensor<?x4xf32>
  %y = nn.linear(%b, %w) : tensor<?x2xf32>
  %zeros = nn.constant() {value = dense<-0.0> : tensor<5x1x2xf32>} : tensor<5x1x2xf32>
  // expected-remark@+1 {{drop-added-zero at nn.add %sum: matched 1 of 2: expected an input of the type of the result, found tensor<?x2xf32> instead of tensor<5x?x2xf32>}}
  %sum = nn.add(%y, %zeros) : tensor<5x?x2xf32>
  return %y : tensor<?x2xf32>
}
