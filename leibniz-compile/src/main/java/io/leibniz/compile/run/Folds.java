package io.leibniz.compile.run;

import io.leibniz.compile.emit.Loop.Fold;
import io.leibniz.ir.DType;

/** Partial results combined in a fixed tree: halves are added until one is left. Written out, since C2 makes poor loops of it. */
final class Folds {
  private Folds() {}

  static float of(Fold.Kind kind, float[] p, int at) {
    if (kind == Fold.Kind.SUM) return sixteen(p, at) + sixteen(p, at + 1);
    float m = p[at];
    for (int i = 1; i < 32; i++) m = two(kind, m, p[at + i]);
    return m;
  }

  private static float sixteen(float[] p, int j) {
    return eight(p, j) + eight(p, j + 2);
  }

  private static float eight(float[] p, int j) {
    return four(p, j) + four(p, j + 4);
  }

  private static float four(float[] p, int j) {
    return (p[j] + p[j + 16]) + (p[j + 8] + p[j + 24]);
  }

  static double of(Fold.Kind kind, double[] p, int at) {
    if (kind == Fold.Kind.SUM) return eight(p, at) + eight(p, at + 1);
    double m = p[at];
    for (int i = 1; i < 16; i++) m = two(kind, m, p[at + i]);
    return m;
  }

  private static double eight(double[] p, int j) {
    return four(p, j) + four(p, j + 2);
  }

  private static double four(double[] p, int j) {
    return (p[j] + p[j + 8]) + (p[j + 4] + p[j + 12]);
  }

  static double two(Fold.Kind kind, double a, double b) {
    return switch (kind) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  static float two(Fold.Kind kind, float a, float b) {
    return switch (kind) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  static long two(Fold.Kind kind, long a, long b) {
    return switch (kind) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /** Combines {@code n} numbers in their order and puts the result, or adds it to what is there. */
  static void ordered(
      Fold.Kind kind, DType type, Object from, int at, int n, Object out, int to, boolean adds) {
    switch (type) {
      case F64 -> {
        double[] t = (double[]) from, r = (double[]) out;
        double x = adds ? two(kind, r[to], t[at]) : t[at];
        for (int i = 1; i < n; i++) x = two(kind, x, t[at + i]);
        r[to] = x;
      }
      case F32 -> {
        float[] t = (float[]) from, r = (float[]) out;
        float x = adds ? two(kind, r[to], t[at]) : t[at];
        for (int i = 1; i < n; i++) x = two(kind, x, t[at + i]);
        r[to] = x;
      }
      case I64 -> {
        long[] t = (long[]) from, r = (long[]) out;
        long x = adds ? two(kind, r[to], t[at]) : t[at];
        for (int i = 1; i < n; i++) x = two(kind, x, t[at + i]);
        r[to] = x;
      }
      case I32 -> {
        int[] t = (int[]) from, r = (int[]) out;
        long x = adds ? two(kind, (long) r[to], (long) t[at]) : t[at];
        for (int i = 1; i < n; i++) x = (int) two(kind, x, (long) t[at + i]);
        r[to] = (int) x;
      }
      case BOOL -> {
        boolean[] t = (boolean[]) from, r = (boolean[]) out;
        boolean x = adds && r[to];
        for (int i = 0; i < n; i++) x |= t[at + i];
        r[to] = x;
      }
    }
  }
}
