package io.leibniz.compile.run;

/** One step of a program. */
public interface Work {
  /** Does it, on the calling thread and those of the pool. */
  void run(Frame frame);

  /** What it is, for people: its kind, shape and cost. */
  Cost cost();

  /**
   * @param name what it does
   * @param flops floating-point operations of one run, roughly
   * @param bytes read and written by one run
   * @param vectors whether its vector code has taken over; null where it has none
   */
  record Cost(String name, double flops, double bytes, boolean compiled) {}
}
