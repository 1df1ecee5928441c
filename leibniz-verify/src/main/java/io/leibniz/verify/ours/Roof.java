package io.leibniz.verify.ours;

import io.leibniz.verify.contest.Contest;
import io.leibniz.verify.contest.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What no program on this machine exceeds: multiply-adds on registers, and copying an array. A step of {@code fma} is {@link
 * #MULTIPLY_ADDS} of them on each thread, f32; one of {@code copy} copies {@link #copied} bytes on each thread.
 */
public final class Roof {
  public static final int MULTIPLY_ADDS = 1 << 24;

  private static final int ENOUGH = 1 << 24;

  private Roof() {}

  /** {@code fma THREADS} or {@code copy THREADS BYTES}. */
  public static void main(String[] args) throws IOException {
    int threads = Integer.parseInt(args[1]);
    Contest.serve(
        args,
        work ->
            new OnThreads(
                threads,
                work.equals("fma")
                    ? () -> () -> Lanes.multiplyAdds(MULTIPLY_ADDS)
                    : () -> copy(Integer.parseInt(args[2]))));
  }

  /** The same on each of several threads. */
  private static final class OnThreads implements Step {
    private final ExecutorService pool;
    private final ArrayList<Callable<Float>> tasks = new ArrayList<>();
    private double value;

    OnThreads(int threads, Supplier<Callable<Float>> task) {
      pool = Executors.newFixedThreadPool(threads);
      for (int i = 0; i < threads; i++) tasks.add(task.get());
    }

    @Override
    public void run() {
      try {
        if (tasks.size() == 1) value = tasks.getFirst().call();
        else for (var done : pool.invokeAll(tasks)) value = done.get();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public double value() {
      return value;
    }
  }

  /** How much a step copies between arrays of so many bytes: as often as makes it worth while to start threads. */
  public static long copied(int bytes) {
    return (long) bytes * Math.max(1, ENOUGH / bytes);
  }

  private static Callable<Float> copy(int bytes) {
    float[] from = new float[bytes / Float.BYTES], to = new float[from.length];
    Arrays.fill(from, 1);
    long times = copied(bytes) / bytes;
    return () -> {
      for (long i = 0; i < times; i++) Lanes.copy(from, to);
      return to[0];
    };
  }
}
