package io.leibniz;

import io.leibniz.backend.Backend;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Type;

/**
 * A compiled function and its gradient on plain arrays: for optimizers and services that hold their numbers so. Nothing is
 * allocated, nothing copied. Not for several threads at once: {@code fork()} gives each its own.
 */
public sealed interface Entry {

  /** Of doubles. */
  final class Doubles implements Entry {
    private final Backend.Executable program;
    private final Backend.Session session;
    private final int n;
    private final double[] value = new double[1];
    private final Object[] args = new Object[1], results = {value, value};

    Doubles(Backend.Executable program, int n) {
      this.program = program;
      this.session = program.session();
      this.n = n;
    }

    /**
     * The value at {@code x}, whose gradient is written into {@code gradientOut}; both have as many elements as this
     * entry is for, and are two arrays.
     */
    public double at(double[] x, double[] gradientOut) {
      if (x.length != n || gradientOut.length != n || x == gradientOut)
        throw unfit(n, x.length, gradientOut.length);
      args[0] = x;
      results[1] = gradientOut;
      session.run(args, results);
      return value[0];
    }

    /** The same function with memory of its own, for another thread. */
    public Doubles fork() {
      return new Doubles(program, n);
    }
  }

  /** Of floats. */
  final class Floats implements Entry {
    private final Backend.Executable program;
    private final Backend.Session session;
    private final int n;
    private final float[] value = new float[1];
    private final Object[] args = new Object[1], results = {value, value};

    Floats(Backend.Executable program, int n) {
      this.program = program;
      this.session = program.session();
      this.n = n;
    }

    /**
     * The value at {@code x}, whose gradient is written into {@code gradientOut}; both have as many elements as this
     * entry is for, and are two arrays.
     */
    public float at(float[] x, float[] gradientOut) {
      if (x.length != n || gradientOut.length != n || x == gradientOut)
        throw unfit(n, x.length, gradientOut.length);
      args[0] = x;
      results[1] = gradientOut;
      session.run(args, results);
      return value[0];
    }

    /** The same function with memory of its own, for another thread. */
    public Floats fork() {
      return new Floats(program, n);
    }
  }

  private static ShapeException unfit(int n, int x, int gradient) {
    return new ShapeException(
        "this entry needs two different arrays of %d elements, x and the gradient's, got %d and %d"
                .formatted(n, x, gradient)
            + (x == n && gradient == n ? ", but one array for both" : ""));
  }

  /** For an entry whose function has not the shape of {@code valueAndGrad}'s. */
  static ShapeException notGradient(DType dtype, int n, Object got) {
    return new ShapeException(
        "an entry on arrays needs a function of one tensor %s that returns its value and gradient, as valueAndGrad's does, got %s; bind further arguments with with(…)"
            .formatted(new Type(dtype, Shape.of(n)), got));
  }
}
