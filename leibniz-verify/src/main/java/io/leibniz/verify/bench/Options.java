package io.leibniz.verify.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What to measure, and how long.
 *
 * @param peers those that take part besides ours, where a work has them
 * @param full all peers, warmed up for longer, in more rounds, as Markdown
 * @param scalar ours against itself without vectors
 */
record Options(
    List<Work> works,
    List<Entrant> peers,
    int threads,
    boolean scalar,
    boolean full,
    boolean json,
    String python) {
  /** Two minutes are too short for those that take longest to start. */
  private static final List<Entrant> SOON =
      Entrant.PEERS.stream().filter(e -> e != Entrant.TORCH && e != Entrant.TORCH_COMPILE).toList();

  /** As {@code leibniz bench} passes them on: each {@code --name} or {@code --name=value}. */
  static Options of(String... args) {
    boolean full = Arrays.asList(args).contains("--full");
    var o =
        new Options(
            Work.named(List.of()),
            full ? Entrant.PEERS : SOON,
            1,
            false,
            full,
            Arrays.asList(args).contains("--json"),
            System.getenv().getOrDefault("LEIBNIZ_PYTHON", "python3"));
    for (String arg : args) o = o.with(arg);
    return o;
  }

  private Options with(String arg) {
    int at = arg.indexOf('=');
    String value = arg.substring(at + 1);
    return switch (at < 0 ? arg : arg.substring(0, at)) {
      case "--rows" ->
          new Options(Work.named(list(value)), peers, threads, scalar, full, json, python);
      case "--peers" ->
          new Options(
              works,
              list(value).stream().map(Options::peer).toList(),
              threads,
              scalar,
              full,
              json,
              python);
      case "--threads" ->
          new Options(works, peers, Integer.parseInt(value), scalar, full, json, python);
      case "--python" -> new Options(works, peers, threads, scalar, full, json, value);
      case "--scalar" -> new Options(works, peers, threads, true, full, json, python);
      case "--full", "--json" -> this;
      default -> throw new IllegalArgumentException("unknown option `%s`".formatted(arg));
    };
  }

  private static List<String> list(String value) {
    return Arrays.stream(value.split(",")).map(String::strip).toList();
  }

  private static Entrant peer(String label) {
    return Entrant.PEERS.stream()
        .filter(e -> e.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown peer `%s`; known: %s"
                        .formatted(
                            label,
                            String.join(
                                ", ", Entrant.PEERS.stream().map(Entrant::label).toList()))));
  }

  /** Who takes part in a work, ours first. */
  List<Entrant> entrants(Work work) {
    var all = new ArrayList<>(List.of(Entrant.OURS));
    if (scalar) all.add(Entrant.SCALAR);
    else work.peers().stream().filter(peers::contains).forEach(all::add);
    return all;
  }
}
