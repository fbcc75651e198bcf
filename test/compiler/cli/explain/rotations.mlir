// RUN: narrow opt %s --verify-diagnostics --pipeline "fold-norms,rotate{r1 = true, r4 = true, only = [\"*down\"]},fuse-rotations" --explain fold-norms --explain rotate --explain fuse-rotations

lowp.param @e : tensor<3x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [0.5, 0.5, 0.5, 0.5], [0.0, -1.0, 0.0, 1.0]]> : tensor<3x4xf32>
lowp.param @g : tensor<4xf32> = dense<[1.0, 2.0, 0.5, 4.0]> : tensor<4xf32>
lowp.param @up : tensor<2x4xf32> = dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 1.0, 0.0, -1.0]]> : tensor<2x4xf32>
lowp.param @down : tensor<4x2xf32> = dense<[[1.0, 1.0], [1.0, -1.0], [2.0, 0.0], [0.0, 2.0]]> : tensor<4x2xf32>
lowp.param @f : tensor<4xf32> = dense<[1.0, 1.0, 2.0, 2.0]> : tensor<4xf32>
lowp.param @b : tensor<4xf32> = dense<[0.0, 1.0, 0.0, 2.0]> : tensor<4xf32>
lowp.param @head : tensor<3x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [0.5, 0.5, 0.5, 0.5], [0.0, -1.0, 0.0, 1.0]]> : tensor<3x4xf32>
lowp.param @last : tensor<2x3xf32> = dense<[[1.0, 2.0, 3.0], [0.5, 0.5, 0.5]]> : tensor<2x3xf32>
func.func @main(%t: tensor<?xi32>) -> tensor<?x2xf32> {
  %e = lowp.get(@e) : tensor<3x4xf32>
  // expected-remark@+2 {{undone at rot.apply %e_r1: matched 0 of 2: expected an input from rot.apply, found %e, made by lowp.get}}
  // expected-remark@+1 {{fuse at rot.apply %e_r1: applied: into @e}}
  %h = nn.embedding(%e, %t) : tensor<?x4xf32>
  %g = lowp.get(@g) : tensor<4xf32>
  // expected-remark@+3 {{gain at nn.layer_norm %n: applied: into @up}}
  // expected-remark@+2 {{centre at nn.layer_norm %n: applied: now a norm by the mean square}}
  // expected-remark@+1 {{r1 at nn.rms_norm %n: applied: by @r1, with @up, @down, @head}}
  %n = nn.layer_norm(%h, %g) : tensor<?x4xf32>
  %wu = lowp.get(@up) : tensor<2x4xf32>
  // expected-remark@+3 {{r4 at nn.linear %u: left alone: its input is in frame @r1 already}}
  // expected-remark@+2 {{undone at rot.apply %wu_r1: matched 0 of 2: expected an input from rot.apply, found %wu, made by lowp.get}}
  // expected-remark@+1 {{fuse at rot.apply %wu_r1: applied: into @up}}
  %u = nn.linear(%n, %wu) : tensor<?x2xf32>
  %a = nn.relu(%u) : tensor<?x2xf32>
  %wd = lowp.get(@down) : tensor<4x2xf32>
  // expected-remark@+7 {{r4 at nn.linear %d: applied: by @r4, with @down}}
  // expected-remark@+6 {{undone at rot.apply %wd_r1: matched 0 of 2: expected an input from rot.apply, found %wd, made by lowp.get}}
  // expected-remark@+5 {{undone at rot.apply %a_r4: matched 0 of 2: expected an input from rot.apply, found %a, made by nn.relu}}
  // expected-remark@+4 {{undone at rot.apply %wd_r1_r4: matched 1 of 2: expected the same transform the other way round, found @r1}}
  // expected-remark@+3 {{fuse at rot.apply %wd_r1: applied: into @down}}
  // expected-remark@+2 {{fuse at rot.apply %wd_r1_r4: applied: into @down}}
  // expected-remark@+1 {{fuse at rot.apply %a_r4: left alone: it maps what the program computes, no parameter}}
  %d = nn.linear(%a, %wd) : tensor<?x4xf32>
  %s = nn.add(%h, %d) : tensor<?x4xf32>
  %f = lowp.get(@f) : tensor<4xf32>
  %b = lowp.get(@b) : tensor<4xf32>
  // expected-remark@+2 {{gain at nn.layer_norm %m: applied: into @head}}
  // expected-remark@+1 {{centre at nn.layer_norm %m: applied: now a norm by the mean square}}
  %m = nn.layer_norm(%s, %f, %b) : tensor<?x4xf32>
  %wh = lowp.get(@head) : tensor<3x4xf32>
  // expected-remark@+3 {{r4 at nn.linear %y: left alone: its input is in frame @r1 already}}
  // expected-remark@+2 {{undone at rot.apply %wh_r1: matched 0 of 2: expected an input from rot.apply, found %wh, made by lowp.get}}
  // expected-remark@+1 {{fuse at rot.apply %wh_r1: applied: into @head}}
  %y = nn.linear(%m, %wh) : tensor<?x3xf32>
  %z = nn.relu(%y) : tensor<?x3xf32>
  %wl = lowp.get(@last) : tensor<2x3xf32>
  // expected-remark@+1 {{r4 at nn.linear %o: left alone: no pattern of only matches it}}
  %o = nn.linear(%z, %wl) : tensor<?x2xf32>
  return %o : tensor<?x2xf32>
}
