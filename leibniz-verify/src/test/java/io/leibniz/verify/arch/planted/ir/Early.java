package io.leibniz.verify.arch.planted.ir;

import io.leibniz.verify.arch.planted.compile.Jit;
import io.leibniz.verify.arch.planted.transform.Late;

/** Looks upward, and sees the compiler. */
public final class Early {
  public Late late(Jit jit) {
    return new Late(this, jit);
  }
}
