package io.leibniz.verify.bench;

/**
 * What one contestant needed for a work.
 *
 * @param firstMillis from the start of its process to the end of its first step
 * @param peakMiB its high-water mark, less that of an idle one of its kind; NaN where the system does not tell
 * @param value of its first step, or of a training the accuracy at the end
 */
record Figures(Entrant who, double micros, double firstMillis, double peakMiB, double value) {}
