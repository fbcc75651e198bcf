// Every part of a generic op: results, operands, successors, properties, regions, attributes, location.
"test.nothing"() : () -> ()
%a = "test.one"() : () -> i32
%b, %c = "test.two"(%a) : (i32) -> (i32, f32)
%pack:2 = "test.pack"(%a, %b) : (i32, i32) -> (i32, i64)
%first, %rest:3, %last = "test.mixed"() : () -> (i1, i2, i3, i4, i5)
"test.use"(%pack#0, %pack#1, %rest#2) : (i32, i64, i4) -> ()
"test.attributes"(%c) <{count = 3 : i64, flag}> {test.note = "kept", test.unit} : (f32) -> ()
"test.properties"() <{}> {} : () -> ()
"test.regions"() ({
  "test.inner"() : () -> ()
}, {
}, {
^entry(%x: i32, %y: tensor<2xf32>):
  "test.use"(%x, %y) : (i32, tensor<2xf32>) -> ()
}) {test.after = true} : () -> ()
%0 = "test.numbered"() : () -> i32
%1:2 = "test.numbered"(%0) : (i32) -> (i32, i32)
"test.use"(%1#1) : (i32) -> ()
%odd-name.with$parts_1 = "test.one"() : () -> i32
%function = "test.function_result"() : () -> (() -> i32)
"test.last"(%odd-name.with$parts_1) : (i32) -> () loc("here")
