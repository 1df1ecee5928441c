package io.leibniz.compile.run;

import com.sun.management.ThreadMXBean;
import io.leibniz.compile.emit.Loop;
import java.lang.management.ManagementFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Calls vector code on scratch arrays until it no longer allocates, that is until C2 has compiled it, and then hands it
 * over: a vector that is not compiled is an object. C1 is told to leave such code alone, since code that it has compiled without a
 * profile stays boxed for ever. Where it cannot be told, code that stays boxed while no compiler works is defined anew. One
 * trial after the other, on one daemon thread: a long queue of compilations makes each of them late.
 */
public final class Warmup {
  private static final System.Logger LOG = System.getLogger("io.leibniz.compile");
  private static final int BURST = 100, HOT = 6000; // calls; C2 wants 5000
  private static final long PATIENCE = 4_000_000_000L; // ns without a finished compilation
  private static final int TRIES = 4;

  private record Trial<T>(Supplier<T> emit, Consumer<T> exercise, Consumer<T> swap) {}

  private final LinkedBlockingQueue<Trial<?>> trials = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;
  private int pending;
  private int redefined;

  Warmup() {}

  synchronized <T> void add(Supplier<T> emit, Consumer<T> exercise, Consumer<T> swap) {
    pending++;
    trials.add(new Trial<>(emit, exercise, swap));
    if (thread == null) {
      thread = new Thread(this::run, "leibniz-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** How many kernels still run as scalars. */
  public synchronized int pending() {
    return pending;
  }

  /** How many were defined anew. */
  public synchronized int redefined() {
    return redefined;
  }

  /** Waits until no kernel is being warmed. */
  public synchronized void await() throws InterruptedException {
    while (pending > 0) wait();
  }

  private synchronized void again() {
    redefined++;
  }

  private void run() {
    exclude();
    Loop.loadVectors();
    try {
      for (; ; ) {
        Trial<?> t = trials.take();
        try {
          int tries = 0;
          while (!warmed(t) && ++tries < TRIES) again();
        } catch (RuntimeException | LinkageError e) {
          LOG.log(System.Logger.Level.WARNING, "a kernel stays scalar: its vector code failed", e);
        }
        synchronized (this) {
          pending--;
          notifyAll();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells C1 to leave vector classes alone, through the MBean that jcmd uses. */
  private static void exclude() {
    String directive =
        "[{ match: [\"%s*.*\"], c1: { Exclude: true } }]".formatted(Loop.vectorNames());
    try {
      var file = java.nio.file.Files.createTempFile("leibniz", ".json");
      try {
        java.nio.file.Files.writeString(file, directive);
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerDirectivesAdd",
                new Object[] {new String[] {file.toString()}},
                new String[] {String[].class.getName()});
      } finally {
        java.nio.file.Files.delete(file);
      }
    } catch (JMException | java.io.IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "no compiler directive could be added: vector kernels may take longer to warm up",
          e);
    }
  }

  private static <T> boolean warmed(Trial<T> t) throws InterruptedException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var compilers = ManagementFactory.getCompilationMXBean();
    T code = t.emit.get();
    long compiled = compilers.getTotalCompilationTime(), since = System.nanoTime();
    for (int calls = 0, clean = 0; clean < 3; ) {
      burst(t.exercise, code);
      clean = allocated(threads, t.exercise, code) == 0 ? clean + 1 : 0;
      if ((calls += BURST) < HOT) continue;
      Thread.sleep(1); // hot enough: leave the processor to the compiler
      long now = compilers.getTotalCompilationTime();
      if (now != compiled) {
        compiled = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > PATIENCE) return false;
    }
    t.swap.accept(code);
    return true;
  }

  private static <T> void burst(Consumer<T> exercise, T code) {
    for (int i = 0; i < BURST; i++) exercise.accept(code);
  }

  private static <T> long allocated(ThreadMXBean threads, Consumer<T> exercise, T code) {
    long before = threads.getCurrentThreadAllocatedBytes();
    exercise.accept(code);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
