package io.leibniz.verify.contest;

/** Work that can be done again and again: most often forward, backward and update. */
public interface Step {
  void run();

  /** What the last run came to, most often the loss: by it the orchestrator sees that all contestants compute the same. */
  double value();
}
