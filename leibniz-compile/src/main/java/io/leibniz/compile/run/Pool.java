package io.leibniz.compile.run;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A few daemon threads that help a caller with one kernel at a time. Work is cut in parts by shape alone, and no result
 * depends on who does which part. A second caller, meanwhile, does its work itself.
 */
public final class Pool {
  private static final int SPINS = 2_000; // some tens of microseconds: the next kernel follows soon

  /** Part {@code part} of {@code parts}, done by thread {@code thread} with scratch memory of its own. */
  interface Job {
    void part(Frame f, int thread, int part, int parts);
  }

  private final int threads;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicInteger next = new AtomicInteger(),
      left = new AtomicInteger(),
      round = new AtomicInteger();
  private final Thread[] workers;
  private volatile boolean started;
  private int parts;
  private @Nullable Job job;
  private @Nullable Frame frame;
  private volatile @Nullable Throwable failure;

  /** With so many threads, the caller's among them. */
  public Pool(int threads) {
    this.threads = threads;
    workers = new Thread[threads - 1];
  }

  /** As many threads as {@code LEIBNIZ_THREADS} says; else one for each processor. */
  public static Pool ofEnvironment() {
    String said = System.getenv("LEIBNIZ_THREADS");
    int processors = Runtime.getRuntime().availableProcessors();
    if (said == null || said.isBlank()) return new Pool(processors);
    try {
      int n = Integer.parseInt(said.strip());
      if (n >= 1 && n <= 1024) return new Pool(n);
    } catch (NumberFormatException _) {
      // said below
    }
    System.getLogger("io.leibniz.compile")
        .log(
            System.Logger.Level.WARNING,
            "LEIBNIZ_THREADS needs a number of threads from 1 to 1024, got `{0}`; one for each of {1} processors is used",
            said,
            processors);
    return new Pool(processors);
  }

  int threads() {
    return threads;
  }

  /** Does all parts, and returns when they are done. */
  void run(Job job, Frame f, int parts) {
    if (parts == 1 || threads == 1 || !busy.compareAndSet(false, true)) {
      for (int p = 0; p < parts; p++) job.part(f, 0, p, parts);
      return;
    }
    try {
      if (!started) start();
      this.job = job;
      frame = f;
      this.parts = parts;
      failure = null;
      left.set(threads); // each worker reports once, so that none lags behind in an old round
      next.set(0);
      round.incrementAndGet(); // publishes all of it
      for (Thread w : workers) LockSupport.unpark(w);
      work(job, f, 0, parts);
      left.decrementAndGet();
      while (left.get() > 0) Thread.onSpinWait();
      Throwable t = failure;
      if (t instanceof RuntimeException e) throw e;
      if (t instanceof Error e) throw e;
    } finally {
      this.job = null;
      frame = null;
      busy.set(false);
    }
  }

  private void work(Job job, Frame f, int thread, int parts) {
    try {
      for (int p = next.getAndIncrement(); p < parts; p = next.getAndIncrement())
        job.part(f, thread, p, parts);
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(parts);
    }
  }

  private void start() {
    for (int i = 0; i < workers.length; i++) {
      int thread = i + 1;
      workers[i] = new Thread(() -> serve(thread), "leibniz-" + thread);
      workers[i].setDaemon(true);
      workers[i].start();
    }
    started = true;
  }

  private void serve(int thread) {
    for (int done = 0; ; ) {
      for (int spins = 0; round.get() == done; spins++)
        if (spins < SPINS) Thread.onSpinWait();
        else LockSupport.park(this);
      done++;
      Job j = job;
      Frame f = frame;
      if (j != null && f != null) work(j, f, thread, parts);
      left.decrementAndGet();
    }
  }
}
