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
public abstract sealed class Entry {
  private final Backend.Executable program;
  private final Backend.Session session;
  private final int n;
  private final Object[] args = new Object[1];
  private final Object[] results;

  private Entry(Backend.Executable program, int n, Object value) {
    this.program = program;
    this.session = program.session();
    this.n = n;
    this.results = new Object[] {value, value};
  }

  final void run(Object x, int length, Object gradient, int gradientLength) {
    if (length != n || gradientLength != n || x == gradient)
      throw new ShapeException(
          "this entry needs two different arrays of %d elements, x and the gradient's, got %d and %d"
                  .formatted(n, length, gradientLength)
              + (length == n && gradientLength == n ? ", but one array for both" : ""));
    args[0] = x;
    results[1] = gradient;
    session.run(args, results);
  }

  /** For a function that has not the shape of {@code valueAndGrad}'s. */
  static ShapeException notGradient(DType dtype, int n, Object got) {
    return new ShapeException(
        "an entry on arrays needs a function of one tensor %s that returns its value and gradient, as valueAndGrad's does, got %s; bind further arguments with with(…)"
            .formatted(new Type(dtype, Shape.of(n)), got));
  }

  /** Of doubles. */
  public static final class Doubles extends Entry {
    private final double[] value;

    Doubles(Backend.Executable program, int n) {
      this(program, n, new double[1]);
    }

    private Doubles(Backend.Executable program, int n, double[] value) {
      super(program, n, value);
      this.value = value;
    }

    /**
     * The value at {@code x}, whose gradient is written into {@code gradientOut}; both have as many elements as this
     * entry is for, and are two arrays.
     */
    public double at(double[] x, double[] gradientOut) {
      run(x, x.length, gradientOut, gradientOut.length);
      return value[0];
    }

    /** The same function with memory of its own, for another thread. */
    public Doubles fork() {
      return new Doubles(super.program, super.n);
    }
  }

  /** Of floats. */
  public static final class Floats extends Entry {
    private final float[] value;

    Floats(Backend.Executable program, int n) {
      this(program, n, new float[1]);
    }

    private Floats(Backend.Executable program, int n, float[] value) {
      super(program, n, value);
      this.value = value;
    }

    /** Likewise, of floats: see {@link Doubles#at}. */
    public float at(float[] x, float[] gradientOut) {
      run(x, x.length, gradientOut, gradientOut.length);
      return value[0];
    }

    /** The same function with memory of its own, for another thread. */
    public Floats fork() {
      return new Floats(super.program, super.n);
    }
  }
}
