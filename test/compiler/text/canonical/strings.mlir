"test.strings"() {a = ["", "tab\t", "newline\n", "return\0D", "nothing\00", "delete\7F", "\" \\", "é ∀ 🙂", "// %a ^b", "typed" : !test.string]} : () -> ()
