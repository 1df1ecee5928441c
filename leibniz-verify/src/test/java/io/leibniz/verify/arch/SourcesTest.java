package io.leibniz.verify.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What only sources tell. */
final class SourcesTest {

  @Test
  void everyPackageSaysWhatItIsAndThatNothingIsNull() throws IOException {
    var silent = new ArrayList<Path>();
    for (String module : Checkout.MODULES) {
      for (Path folder : packages(Checkout.sources(module))) {
        Path info = folder.resolve("package-info.java");
        if (!Files.exists(info) || !Files.readString(info).contains("\n@NullMarked\n")) {
          silent.add(info);
        }
      }
    }
    assertThat(silent).as("package-info.java with @NullMarked").isEmpty();
  }

  @Test
  void noSwitchOverOpsHasADefault() throws IOException {
    var found = OpSwitches.in(Checkout.sources("core"));
    assertThat(found).as("switches over ops: the scan sees the sources").isNotEmpty();
    assertThat(found).filteredOn(OpSwitches.Found::catchesAll).isEmpty();
  }

  @Test
  void aPlantedDefaultIsCaught() {
    var found = OpSwitches.in(Map.of("io/leibniz/ir/Op.java", PLANTED));
    assertThat(found)
        .filteredOn(OpSwitches.Found::catchesAll)
        .extracting(OpSwitches.Found::line)
        .containsExactly(7L, 8L, 9L, 10L, 11L, 15L);
    assertThat(found).as("with the one that names every op").hasSize(7);
  }

  @Test
  void aSourceThatDoesNotCompileIsNoSilentPass() {
    assertThatThrownBy(() -> OpSwitches.in(Map.of("A.java", "class A { Missing m; }")))
        .hasMessageContaining("Missing");
  }

  private static final String PLANTED =
      """
      package io.leibniz.ir;
      sealed interface Op {
        record A() implements Op {}
        enum B implements Op { X, Y }
        static void f(Op op, B b, int i) {
          int named = switch (op) { case A a -> 1; case B x -> 2; };
          int arrow = switch (op) { case A a -> 1; default -> 2; };
          int nothing = switch (op) { case A a -> 1; case null, default -> 2; };
          int disguised = switch (op) { case A a -> 1; case Op other -> 2; };
          int unnamed = switch (op) { case A a -> 1; case Op _ -> 2; };
          int constant = switch (b) { case X -> 1; default -> 2; };
          int other = switch (i) { case 0 -> 1; default -> 2; };
        }
        static <T extends Op> void g(T op) {
          switch (
              op) {
            case A a: break;
            default: break;
          }
        }
      }
      """;

  private static List<Path> packages(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .filter(folder -> !folder.equals(sources)) // module-info
          .distinct()
          .toList();
    }
  }
}
