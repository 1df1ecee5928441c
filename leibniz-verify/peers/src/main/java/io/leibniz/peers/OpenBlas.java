package io.leibniz.peers;

import io.leibniz.verify.contest.Contest;
import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;
import java.io.IOException;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS, its arrays outside of the heap. */
public final class OpenBlas {
  private OpenBlas() {}

  /** {@code WORK THREADS}. */
  public static void main(String[] args) throws IOException {
    openblas.blas_set_num_threads(Integer.parseInt(args[1]));
    Contest.serve(
        args, work -> new Product(work.equals("idle") ? 1 : Integer.parseInt(work.split("-")[1])));
  }

  /** A·B of n × n matrices. */
  private static final class Product implements Step {
    private final int n;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    Product(int n) {
      this.n = n;
      a = new FloatPointer(Data.normal(0, 1, n * n));
      b = new FloatPointer(Data.normal(1, 1, n * n));
      c = new FloatPointer((long) n * n);
    }

    @Override
    public void run() {
      openblas.cblas_sgemm(
          openblas.CblasRowMajor,
          openblas.CblasNoTrans,
          openblas.CblasNoTrans,
          n,
          n,
          n,
          1,
          a,
          n,
          b,
          n,
          0,
          c,
          n);
    }

    @Override
    public double value() {
      return c.get(0);
    }
  }
}
