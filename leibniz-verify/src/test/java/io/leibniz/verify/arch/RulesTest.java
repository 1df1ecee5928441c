package io.leibniz.verify.arch;

import static io.leibniz.verify.arch.Planted.violates;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

final class RulesTest {
  private final JavaClasses libraries = Checkout.classes("core", "compile", "symbolic", "nn");
  private final JavaClasses everything = Checkout.allClasses();

  @Test
  void librariesAreSilent() {
    Rules.NO_STANDARD_STREAMS.check(libraries);
    assertThat(violates(Rules.NO_STANDARD_STREAMS, "Loud")).isTrue();
  }

  @Test
  void nobodyUsesJavaUtilLogging() {
    Rules.NO_JAVA_UTIL_LOGGING.check(everything);
  }

  @Test
  void onlyTreeAndTheEmitterReflect() {
    Rules.reflectionOnlyIn(
            "io.leibniz.Tree",
            "io.leibniz.compile.emit.Hidden",
            "io.leibniz.compile.emit.Functions")
        .check(libraries);
    assertThat(violates(Rules.reflectionOnlyIn("io.leibniz.Tree"), "Mirror")).isTrue();
    assertThat(violates(Rules.reflectionOnlyIn("io.leibniz.Tree"), "Finder")).isTrue();
    assertThat(violates(Rules.reflectionOnlyIn(Planted.ROOT + ".Sins"), "Mirror")).isFalse();
  }

  @Test
  void nothingStaticChanges() {
    Rules.NO_STATIC_STATE.check(everything);
    assertThat(violates(Rules.NO_STATIC_STATE, "counter")).isTrue();
    assertThat(violates(Rules.NO_STATIC_STATE, "LOCAL")).isTrue();
    assertThat(violates(Rules.NO_STATIC_STATE, "CACHE")).isTrue();
    assertThat(violates(Rules.NO_STATIC_STATE, "EXPOSED")).isTrue();
    assertThat(violates(Rules.NO_STATIC_STATE, "TABLE")).isFalse();
    assertThat(violates(Rules.NO_STATIC_STATE, "NAMES")).isFalse();
  }

  @Test
  void namesSaySomething() {
    Rules.NO_EMPTY_NAMES.check(everything);
    assertThat(violates(Rules.NO_EMPTY_NAMES, "MathUtils")).isTrue();
  }

  @Test
  void accessorsAreNamedAfterWhatTheyGive() {
    Rules.NO_GETTERS.check(libraries);
    assertThat(violates(Rules.NO_GETTERS, "getShape")).isTrue();
    assertThat(violates(Rules.NO_GETTERS, "getMessage")).isFalse();
  }
}
