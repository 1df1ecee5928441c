package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TourCommandTest {

  @Test
  void theListNamesAllSections() {
    Said said = Said.by("tour", "--list");
    assertThat(said.status()).isZero();
    assertThat(said.out()).hasLineCount(14).contains(" 3  ").contains("14  ");
  }

  @Test
  void oneSectionRunsAlone() {
    Said said = Said.by("tour", "1");
    assertThat(said.status()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).startsWith("1  Rates multiply").doesNotContain("2  One variable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "15", "three", "-1x", "3.0"})
  void anotherSectionIsRefused(String section) {
    Said said = Said.by("tour", "--", section);
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .isEqualTo(
            "leibniz: there is no section `%s`; there are 1 to 14, see `leibniz tour --list`%n"
                .formatted(section));
  }

  @Test
  void thereIsNoJson() {
    Said said = Said.by("tour", "--json");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.out()).contains("unknown option `--json`");
  }

  @Test
  void allRunInOrder() {
    Said said = Said.by("tour");
    assertThat(said.status()).isZero();
    var titles = said.out().lines().filter(l -> l.matches("\\d+  \\S.*")).toList();
    assertThat(titles).hasSize(14);
    for (int i = 0; i < 14; i++) assertThat(titles.get(i)).startsWith(i + 1 + "  ");
    assertThat(said.out()).contains("slips of the lecture caught");
  }
}
