// RUN: narrow opt %s

func.func public @main(%x: tensor<2xf32> {test.name = "input"}, %y: tensor<2xf32>) -> (tensor<2xf32> {test.name = "output"}) attributes {test.entry} {
  return %x : tensor<2xf32>
}
func.func private @declared(tensor<2xf32> {test.name = "a"}) -> tensor<2xf32>
