package io.leibniz.verify.arch;

import static io.leibniz.verify.arch.Planted.violates;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ArrowsTest {
  private static final String ROOT = "io.leibniz";

  @Test
  void coreNeedsNothingButJavaBase() {
    // javac itself then keeps all other packages out
    assertThat(required("core")).containsExactlyInAnyOrder("java.base", "org.jspecify");
  }

  @Test
  void nnNeedsOnlyCore() {
    assertThat(required("nn")).isSubsetOf("java.base", "org.jspecify", "io.leibniz.core");
  }

  @Test
  void symbolicNeedsOnlyCoreAndItsParser() {
    assertThat(required("symbolic"))
        .isSubsetOf("java.base", "org.jspecify", "io.leibniz.core", "org.antlr.antlr4.runtime");
  }

  @Test
  void cliNeedsAnythingButVerify() {
    assertThat(required("cli")).doesNotContain("io.leibniz.verify");
  }

  @Test
  void corePublishesToAllOrToNone() {
    // an export to nn alone would let nn use what is not exported
    assertThat(Checkout.descriptor("core").exports())
        .filteredOn(ModuleDescriptor.Exports::isQualified)
        .noneMatch(export -> export.targets().contains("io.leibniz.nn"));
  }

  @Test
  void packagesOfCoreUseOnlyEarlierOnes() {
    var core = Checkout.classes("core");
    Arrows.everyPackageHasItsLayer(ROOT).check(core);
    Arrows.layering(ROOT).forEach(rule -> rule.check(core));
  }

  @Test
  void packagesFormNoCycle() {
    Arrows.noPackageCycles(ROOT).check(Checkout.allClasses());
  }

  @Test
  void nnNeverSeesTheCompiler() {
    Arrows.neverSeesTheCompiler(ROOT).check(Checkout.classes("nn"));
  }

  @Test
  void aPlantedArrowUpwardIsCaught() {
    assertThat(Arrows.layering(Planted.ROOT).filter(rule -> violates(rule, "Early")))
        .as("ir uses transform: one layer's rule is broken")
        .hasSize(1);
    assertThat(violates(Arrows.everyPackageHasItsLayer(Planted.ROOT), "Stray")).isTrue();
    assertThat(violates(Arrows.noPackageCycles(Planted.ROOT), "Early")).isTrue();
    assertThat(violates(Arrows.neverSeesTheCompiler(Planted.ROOT), "Early")).isTrue();
  }

  private static List<String> required(String module) {
    return Checkout.descriptor(module).requires().stream()
        .map(Requires::name)
        .collect(Collectors.toList());
  }
}
