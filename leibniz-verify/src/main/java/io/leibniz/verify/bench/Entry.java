package io.leibniz.verify.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of the result, as JSON has it: a work, and ours beside one peer, or alone where no peer took part. */
record Entry(
    String work,
    double oursMicros,
    @Nullable String peer,
    @Nullable Double peerMicros,
    @Nullable Double ratio,
    double roofShare,
    double oursFirstStepMillis,
    @Nullable Double peerFirstStepMillis,
    double oursPeakMiB,
    @Nullable Double peerPeakMiB) {

  /** Of one work; {@code all} begins with ours. */
  static List<Entry> of(Work work, List<Figures> all, double roofShare) {
    Figures ours = all.getFirst();
    var entries = new ArrayList<Entry>();
    for (Figures peer : all.subList(1, all.size()))
      entries.add(
          new Entry(
              work.name(),
              ours.micros(),
              peer.who().label(),
              peer.micros(),
              peer.micros() / ours.micros(),
              roofShare,
              ours.firstMillis(),
              peer.firstMillis(),
              ours.peakMiB(),
              peer.peakMiB()));
    if (entries.isEmpty())
      entries.add(
          new Entry(
              work.name(),
              ours.micros(),
              null,
              null,
              null,
              roofShare,
              ours.firstMillis(),
              null,
              ours.peakMiB(),
              null));
    return entries;
  }

  /** Whether the peer is a library, against which the targets are held, not code of this project. */
  boolean isAgainstLibrary() {
    return Entrant.PEERS.stream().anyMatch(e -> e.isLibrary() && e.label().equals(peer));
  }

  double ratioOrNaN() {
    return ratio == null ? Double.NaN : ratio;
  }
}
