package io.leibniz.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command said, and how it ended. */
record Said(int status, String out, String err) {
  static Said by(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Said(status, out.toString(), err.toString());
  }
}
