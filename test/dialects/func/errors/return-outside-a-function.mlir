// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

// expected-error@+1 {{func.return must stand in a func.func}}
return

// -----

func.func @nested() {
  "test.region"() ({
    // expected-error@+1 {{func.return must stand in a func.func}}
    return
  }) : () -> ()
  return
}
