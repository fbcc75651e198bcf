// Every form of location.
#named = loc("alias")
"test.op"() : () -> () loc(unknown)
"test.op"() : () -> () loc("file.mlir":10:20)
"test.op"() : () -> () loc("name")
"test.op"() : () -> () loc("name"("child.mlir":1:2))
"test.op"() : () -> () loc(callsite("callee" at "caller.mlir":3:4))
"test.op"() : () -> () loc(callsite(callsite("a" at "b") at fused["c", "d"]))
"test.op"() : () -> () loc(fused["a", "b":1:2])
"test.op"() : () -> () loc(fused<"metadata">["a"])
"test.op"() : () -> () loc(fused<[1 : i32, @symbol]>["a", unknown])
"test.op"() : () -> () loc(fused[])
"test.op"() : () -> () loc(#named)
"test.op"() : () -> () loc("with \"quotes\" and \\")
"test.region"() ({
^bb0(%x: i32 loc("argument"), %y: f32):
  "test.use"(%x, %y) : (i32, f32) -> () loc("inner")
}) : () -> () loc("outer")
