// RUN: not narrow opt %s
// COM: a golden text and not expected-error lines, as its form is the claim.

// One of each sort, as a person would see them.
!w = tensor<2x4x!lowp.q<i4, block = [1, 4], scale = f16>>
func.func @main(%input: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %weight = lowp.gt(@weight) : !w
  %q = lowp.get(@weight) : !v
  %y = lowp.linear(%inptu, %q) : tensor<?x2xf32>
  %z = nn.softmax(%y) : tensr<?x2xf32>
  %z = nn.relu %y : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
