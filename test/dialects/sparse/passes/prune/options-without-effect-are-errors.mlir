// RUN: not narrow opt %s --pipeline 'prune{pattern=2:4 sparsity=0.6}'
// RUN[INPUTS]: not narrow opt %s --pipeline 'prune{pattern=2:4 inputs=dense}'
// RUN[DAMPING]: not narrow opt %s --pipeline 'prune{pattern=2:4 score=wanda damping=0.1}'
// RUN[ALL]: not narrow opt %s --pipeline 'prune{pattern=4:4}'
// RUN[SHARE]: not narrow opt %s --pipeline 'prune{pattern=unstructured sparsity=1}'
// RUN[GROUP]: not narrow opt %s --pipeline 'prune{pattern=group<0>}'
// RUN[WORD]: not narrow opt %s --pipeline 'prune{pattern=half}'

// CHECK: error[no-effect]: sparsity has no effect: 2:4 says how many weights stay
// INPUTS: error[no-effect]: inputs has no effect: score = magnitude looks at none
// DAMPING: error[no-effect]: damping has no effect: score = wanda inverts no matrix
// ALL: error[sparse-pattern]: 4:4 prunes nothing, expected n < m in n:m
// SHARE: error[sparsity]: sparsity is 1, expected a share above 0 and below 1
// GROUP: error[sparse-group]: group size is 0, at least 1 expected
// WORD: error[pass-option]: pattern of pass prune is half, expected N:M | group<G> | group<G, rows = R> | unstructured
lowp.param @w : tensor<2x4xf32> = dense<1.0> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
