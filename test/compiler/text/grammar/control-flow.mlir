// Blocks, successors with and without arguments, and names used before they are defined.
"builtin.module"() ({
  "test.cfg"() ({
    "cf.br"()[^head] : () -> ()
  ^head:
    "test.use"(%later) : (i32) -> ()
    "cf.cond"(%later)[^body(%later : i32), ^exit] : (i32) -> ()
  ^body(%argument: i32):
    %later = "test.make"(%argument) : (i32) -> i32
    "cf.br"()[^head] : () -> ()
  ^exit:
    "test.return"() : () -> ()
  }) : () -> ()
  "test.nested"() ({
  ^bb0(%outer: index):
    "test.inner"() ({
      "test.capture"(%outer) : (index) -> ()
    ^bb0:
      "test.end"() : () -> ()
    }) : () -> ()
    "cf.br"()[^1(%outer, %outer : index, index)] : () -> ()
  ^1(%left: index, %right: index):
    "test.end"(%left, %right) : (index, index) -> ()
  }) : () -> ()
}) : () -> ()
