// A declaration ends where the next op begins, whatever that op is.
func.func private @first() -> i32
func.func private @second(tensor<2xf32>) -> (f32, i1)
module {
}
func.func private @third() attributes {test.note}
"test.op"() : () -> ()
func.func private @last()
