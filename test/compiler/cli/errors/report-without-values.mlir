// RUN: not narrow report %s -o never.html
lowp.param @w : tensor<2x16x!lowp.q<i4, block = [1, *], scale = f32>>
