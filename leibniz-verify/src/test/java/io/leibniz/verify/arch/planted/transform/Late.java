package io.leibniz.verify.arch.planted.transform;

import io.leibniz.verify.arch.planted.compile.Jit;
import io.leibniz.verify.arch.planted.ir.Early;

/** Looks back, as it may; with {@link Early} that is a cycle. */
public record Late(Early early, Jit jit) {}
