// RUN: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=unstructured}'
// RUN[SHARES]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[] pattern=unstructured sparsity=0.5}'
// RUN[TWICE]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5, 0.3, 0.5] pattern=unstructured sparsity=0.5}'
// RUN[ONE]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5, 1.0] pattern=unstructured sparsity=0.5}'
// RUN[ALL]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=unstructured sparsity=1.5}'
// RUN[PATTERN]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=2:4 sparsity=0.5}'
// RUN[DIVIDES]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=group<3> sparsity=0.5}'
// RUN[DAMPING]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=unstructured sparsity=0.5 damping=0.1}'
// RUN[DATA]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=unstructured score=wanda sparsity=0.5}'
// RUN[NAMES]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.5] pattern=unstructured sparsity=0.5 only=["v"]}'
// RUN[MUCH]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.3, 0.5] pattern=unstructured sparsity=0.7}'
// RUN[BYTES]: not narrow opt %s --pipeline 'allocate-sparsity{shares=[0.3, 0.5] pattern=unstructured bytes=16}'
lowp.param @w : tensor<2x4xf32> = dense<1.0> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
