package io.leibniz.verify.arch.planted;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;

/** One class for each thing that must not be done. */
final class Sins {
  static int counter;
  static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
  static final HashMap<String, String> CACHE = new HashMap<>();
  static final double[] EXPOSED = {1};
  private static final double[] TABLE = {2}; // allowed
  static final List<String> NAMES = List.of("x"); // allowed

  private Sins() {}

  static final class Loud {
    void speak() {
      System.out.println(TABLE[0]);
    }
  }

  static final class Mirror {
    Method method() throws NoSuchMethodException {
      return Mirror.class.getDeclaredMethod("method");
    }
  }

  static final class Finder {
    Object lookup() {
      return MethodHandles.lookup();
    }
  }

  static final class MathUtils {}

  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public int getShape() {
      return 0;
    }

    @Override
    public String getMessage() { // allowed: the name is the JDK's
      return "";
    }
  }
}
