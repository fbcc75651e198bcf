// Aliases of types and attributes, used by each other, inside tensors and in locations.
!element = f32
!row = tensor<4x!element>
!fn = (!row, !row) -> !row
!opaque = !test.type<a, b>
#layout = #test.layout<row_major>
#list = [1 : i32, "two", #layout]
#map = affine_map<(d0, d1) -> (d1, d0)>
#7 = 3.5 : f32
#loc = loc("source.mlir":3:4)
%x = "test.make"() <{shape = #list, map = #map, number = #7}> : () -> !row loc(#loc)
%y = "test.make"(%x) {test.type = !fn, test.layout = #layout} : (!row) -> tensor<2x!opaque, #layout>
"test.unused"(%y) : (tensor<2x!opaque, #layout>) -> ()
!late = tuple<!row, i1>
"test.late"() {test.type = !late} : () -> ()
