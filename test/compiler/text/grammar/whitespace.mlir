// Spaces, tabs, comments and lines may stand between any two tokens.
	%a   ,%b=// comment
"test.op"
  (
  )<{  a=1:i32 ,b  }>{
    test.c   // comment
  }:(
  )
  ->(i32,f32)loc(
    "x"
  )
"test.op"(%a,%b):(i32,f32)->()
