package io.leibniz.ir;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * Special, and what of StrictMath the op table uses, against values to 60 digits that {@code
 * src/test/recorded/special.py} recorded.
 */
class SpecialTest {
  private static final Limit FOUR_ULPS = new Limit(4, 0);

  /** 1e-13 of the value: an ulp is at most 2^-52 of it. */
  private static final Limit RELATIVE = new Limit(450, 0);

  private static final Limit RELATIVE_BUT_FOR_ZEROS = new Limit(450, 1);

  private static final Map<String, Claim> CLAIMS =
      Map.ofEntries(
          entry("erf", claim(Special::erf, FOUR_ULPS)),
          entry("erfc", claim(Special::erfc, FOUR_ULPS)),
          entry("erfinv", claim(Special::erfinv, FOUR_ULPS)),
          entry("gauss", claim(Special::gauss, FOUR_ULPS)),
          entry("sigmoid", claim(Special::sigmoid, FOUR_ULPS)),
          entry("softplus", claim(Special::softplus, FOUR_ULPS)),
          entry("sech", claim(Special::sech, FOUR_ULPS)),
          entry("asinh", claim(Special::asinh, FOUR_ULPS)),
          entry("acosh", claim(Special::acosh, FOUR_ULPS)),
          entry("atanh", claim(Special::atanh, FOUR_ULPS)),
          entry("log2", claim(Special::log2, FOUR_ULPS)),
          entry("rsqrt", claim(Special::rsqrt, FOUR_ULPS)),
          entry("xlogy", new Claim(Special::xlogy, FOUR_ULPS)),
          entry("gamma", claim(Special::gamma, RELATIVE)),
          entry("lgamma", claim(Special::lgamma, RELATIVE_BUT_FOR_ZEROS)),
          entry("digamma", claim(Special::digamma, RELATIVE_BUT_FOR_ZEROS)),
          entry("polygamma", new Claim((n, x) -> Special.polygamma((int) n, x), RELATIVE)),
          entry("sin", claim(StrictMath::sin, FOUR_ULPS)),
          entry("cos", claim(StrictMath::cos, FOUR_ULPS)),
          entry("tan", claim(StrictMath::tan, FOUR_ULPS)),
          entry("asin", claim(StrictMath::asin, FOUR_ULPS)),
          entry("acos", claim(StrictMath::acos, FOUR_ULPS)),
          entry("atan", claim(StrictMath::atan, FOUR_ULPS)),
          entry("sinh", claim(StrictMath::sinh, FOUR_ULPS)),
          entry("cosh", claim(StrictMath::cosh, FOUR_ULPS)),
          entry("tanh", claim(StrictMath::tanh, FOUR_ULPS)),
          entry("exp", claim(StrictMath::exp, FOUR_ULPS)),
          entry("expm1", claim(StrictMath::expm1, FOUR_ULPS)),
          entry("log", claim(StrictMath::log, FOUR_ULPS)),
          entry("log1p", claim(StrictMath::log1p, FOUR_ULPS)),
          entry("log10", claim(StrictMath::log10, FOUR_ULPS)),
          entry("cbrt", claim(StrictMath::cbrt, FOUR_ULPS)));

  /** At most so many ulps; below x = 0, values under the floor are a zero's and count as that. */
  private record Limit(double ulps, double floor) {}

  /** A function of (parameter, x), and how far from the truth it may be. */
  private record Claim(DoubleBinaryOperator f, Limit limit) {
    double ulps(Row row) {
      double y = f.applyAsDouble(row.parameter, row.x);
      if (Double.isInfinite(row.value) && y == row.value) {
        return 0;
      }
      double size = row.x < 0 ? Math.max(Math.abs(row.value), limit.floor) : row.value;
      return Math.abs(y - row.value - row.lost * Math.ulp(row.value)) / Math.ulp(size);
    }

    boolean holds(Row row) {
      return ulps(row) <= limit.ulps;
    }
  }

  private static Claim claim(DoubleUnaryOperator f, Limit limit) {
    return new Claim((parameter, x) -> f.applyAsDouble(x), limit);
  }

  /** The true value is {@code value + lost * Math.ulp(value)}. */
  private record Row(String function, double parameter, double x, double value, double lost) {
    static Row parse(String line) {
      String[] cell = line.split(",", -1);
      return new Row(
          cell[0],
          cell[1].isEmpty() ? 0 : Double.parseDouble(cell[1]),
          Double.parseDouble(cell[2]),
          Double.parseDouble(cell[3]),
          Double.parseDouble(cell[4]));
    }
  }

  private static final List<Row> RECORDED = recorded();

  @TestFactory
  Stream<DynamicTest> staysWithinItsLimit(TestReporter reporter) {
    return forEachFunction(
        (name, claim, rows) -> {
          assertThat(rows).filteredOn(row -> !claim.holds(row)).isEmpty();
          double worst = rows.stream().mapToDouble(claim::ulps).max().orElseThrow();
          reporter.publishEntry(name, "worst error %.2f ulp".formatted(worst));
        });
  }

  @TestFactory
  Stream<DynamicTest> anErrorOfFourPartsInTenToTheThirteenthIsCaught() {
    return forEachFunction(
        (name, claim, rows) -> {
          Claim wrong = new Claim((p, x) -> claim.f.applyAsDouble(p, x) * (1 + 4e-13), claim.limit);
          assertThat(rows).anyMatch(row -> !wrong.holds(row));
        });
  }

  @Test
  void everyRecordedFunctionHasItsClaim() {
    assertThat(RECORDED).extracting(Row::function).hasSameElementsAs(CLAIMS.keySet());
  }

  private interface Judgement {
    void of(String name, Claim claim, List<Row> rows);
  }

  private static Stream<DynamicTest> forEachFunction(Judgement judgement) {
    return CLAIMS.entrySet().stream()
        .map(
            e -> {
              String name = e.getKey();
              List<Row> rows = RECORDED.stream().filter(r -> r.function.equals(name)).toList();
              return DynamicTest.dynamicTest(name, () -> judgement.of(name, e.getValue(), rows));
            });
  }

  private static List<Row> recorded() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(SpecialTest.class.getResourceAsStream("special.csv")),
                StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(Row::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nanInGivesNanOut() {
    CLAIMS.forEach((name, claim) -> assertThat(claim.f.applyAsDouble(1, NaN)).as(name).isNaN());
    same(Special.polygamma(2, NaN), NaN);
    same(Special.xlogy(NaN, 1), NaN);
  }

  @Test
  void oddFunctionsAreOddAndEvenOnesEvenToTheBit() {
    for (Row row : RECORDED) {
      double x = row.x;
      for (DoubleUnaryOperator odd :
          List.<DoubleUnaryOperator>of(
              Special::erf, Special::erfinv, Special::asinh, Special::atanh)) {
        same(odd.applyAsDouble(-x), -odd.applyAsDouble(x));
      }
      same(Special.sech(-x), Special.sech(x));
      same(Special.gauss(-x), Special.gauss(x));
    }
  }

  @Test
  void oddFunctionsKeepTheSignOfZero() {
    same(Special.erf(-0.0), -0.0);
    same(Special.erfinv(-0.0), -0.0);
    same(Special.asinh(-0.0), -0.0);
    same(Special.atanh(-0.0), -0.0);
  }

  @Test
  void errorFunctionsSaturateAtInfinity() {
    same(Special.erf(POSITIVE_INFINITY), 1);
    same(Special.erf(NEGATIVE_INFINITY), -1);
    same(Special.erfc(POSITIVE_INFINITY), 0);
    same(Special.erfc(NEGATIVE_INFINITY), 2);
    same(Special.erfc(0), 1);
    same(Special.gauss(0), 1);
    same(Special.gauss(NEGATIVE_INFINITY), 0);
  }

  @Test
  void erfinvIsInfiniteAtOneAndNanBeyond() {
    same(Special.erfinv(1), POSITIVE_INFINITY);
    same(Special.erfinv(-1), NEGATIVE_INFINITY);
    same(Special.erfinv(Math.nextUp(1.0)), NaN);
    same(Special.erfinv(NEGATIVE_INFINITY), NaN);
  }

  @Test
  void sigmoidSoftplusAndSechReachTheirLimits() {
    same(Special.sigmoid(0), 0.5);
    same(Special.sigmoid(POSITIVE_INFINITY), 1);
    same(Special.sigmoid(NEGATIVE_INFINITY), 0);
    same(Special.sigmoid(-745), Double.MIN_VALUE);
    same(Special.softplus(POSITIVE_INFINITY), POSITIVE_INFINITY);
    same(Special.softplus(NEGATIVE_INFINITY), 0);
    same(Special.softplus(-745), Double.MIN_VALUE);
    same(Special.softplus(745), 745);
    same(Special.softplus(1e308), 1e308);
    same(Special.sech(0), 1);
    same(Special.sech(NEGATIVE_INFINITY), 0);
  }

  @Test
  void inverseHyperbolicFunctionsEndWhereTheirDomainsDo() {
    same(Special.asinh(NEGATIVE_INFINITY), NEGATIVE_INFINITY);
    same(Special.acosh(1), 0);
    same(Special.acosh(Math.nextDown(1.0)), NaN);
    same(Special.acosh(-3), NaN);
    same(Special.acosh(NEGATIVE_INFINITY), NaN);
    same(Special.acosh(POSITIVE_INFINITY), POSITIVE_INFINITY);
    same(Special.atanh(1), POSITIVE_INFINITY);
    same(Special.atanh(-1), NEGATIVE_INFINITY);
    same(Special.atanh(Math.nextUp(1.0)), NaN);
    same(Special.atanh(POSITIVE_INFINITY), NaN);
  }

  @Test
  void log2IsExactAtPowersOfTwo() {
    for (int k = -1074; k < 1024; k++) {
      same(Special.log2(Math.scalb(1.0, k)), k);
    }
    same(Special.log2(0), NEGATIVE_INFINITY);
    same(Special.log2(-0.0), NEGATIVE_INFINITY);
    same(Special.log2(-1), NaN);
    same(Special.log2(POSITIVE_INFINITY), POSITIVE_INFINITY);
  }

  @Test
  void rsqrtIsInfiniteAtZeroWithItsSign() {
    same(Special.rsqrt(0), POSITIVE_INFINITY);
    same(Special.rsqrt(-0.0), NEGATIVE_INFINITY);
    same(Special.rsqrt(-1), NaN);
    same(Special.rsqrt(POSITIVE_INFINITY), 0);
  }

  @Test
  void xlogyIsZeroAtZeroUnlessYIsNan() {
    same(Special.xlogy(0, 0), 0);
    same(Special.xlogy(-0.0, 0), 0);
    same(Special.xlogy(0, POSITIVE_INFINITY), 0);
    same(Special.xlogy(0, -1), 0);
    same(Special.xlogy(0, NaN), NaN);
    same(Special.xlogy(2, 0), NEGATIVE_INFINITY);
    same(Special.xlogy(2, -1), NaN);
  }

  @Test
  void gammaOfIntegersIsTheExactFactorial() {
    double factorial = 1;
    for (int n = 1; n <= 23; n++) {
      same(Special.gamma(n), factorial);
      factorial *= n;
    }
  }

  @Test
  void gammaIsInfiniteAtZeroWithItsSignAndNanAtNegativeIntegers() {
    same(Special.gamma(0.0), POSITIVE_INFINITY);
    same(Special.gamma(-0.0), NEGATIVE_INFINITY);
    same(Special.gamma(-Double.MIN_VALUE), NEGATIVE_INFINITY);
    same(Special.gamma(-1), NaN);
    same(Special.gamma(-1e300), NaN);
    same(Special.gamma(POSITIVE_INFINITY), POSITIVE_INFINITY);
    same(Special.gamma(NEGATIVE_INFINITY), NaN);
    same(Special.gamma(172), POSITIVE_INFINITY);
    same(Special.gamma(-200.5), -0.0);
    same(Special.gamma(-201.5), 0);
  }

  @Test
  void lgammaIsInfiniteAtItsPolesAndZeroAtOneAndTwo() {
    for (double pole : new double[] {0.0, -0.0, -1, -2, -1e15, -1e300}) {
      same(Special.lgamma(pole), POSITIVE_INFINITY);
    }
    same(Special.lgamma(POSITIVE_INFINITY), POSITIVE_INFINITY);
    same(Special.lgamma(NEGATIVE_INFINITY), POSITIVE_INFINITY);
    same(Special.lgamma(1), 0);
    same(Special.lgamma(2), 0);
    same(Special.lgamma(Double.MAX_VALUE), POSITIVE_INFINITY);
  }

  @Test
  void digammaIsInfiniteAtZeroWithItsSignAndNanAtNegativeIntegers() {
    same(Special.digamma(0.0), NEGATIVE_INFINITY);
    same(Special.digamma(-0.0), POSITIVE_INFINITY);
    same(Special.digamma(-3), NaN);
    same(Special.digamma(POSITIVE_INFINITY), POSITIVE_INFINITY);
    same(Special.digamma(NEGATIVE_INFINITY), NaN);
    same(Special.polygamma(0, 2.5), Special.digamma(2.5));
  }

  @Test
  void polygammaOfOddOrderIsPlusInfinityAtEveryPole() {
    for (int n : new int[] {1, 3, 61}) {
      for (double pole : new double[] {0.0, -0.0, -1, -2, -1e300}) {
        same(Special.polygamma(n, pole), POSITIVE_INFINITY);
      }
      same(Special.polygamma(n, POSITIVE_INFINITY), 0.0);
      same(Special.polygamma(n, NEGATIVE_INFINITY), NaN);
    }
  }

  @Test
  void polygammaOfEvenOrderIsInfiniteAtZeroAgainstItsSignAndNanAtNegativeIntegers() {
    for (int n : new int[] {2, 4, 60}) {
      same(Special.polygamma(n, 0.0), NEGATIVE_INFINITY);
      same(Special.polygamma(n, -0.0), POSITIVE_INFINITY);
      same(Special.polygamma(n, -1), NaN);
      same(Special.polygamma(n, POSITIVE_INFINITY), -0.0);
      same(Special.polygamma(n, NEGATIVE_INFINITY), NaN);
    }
  }

  @Test
  void polygammaOfNegativeOrderIsRefused() {
    assertThatThrownBy(() -> Special.polygamma(-1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n = -1");
  }

  /** Equal to the bit: −0 is not 0, NaN is NaN. */
  private static void same(double actual, double expected) {
    assertThat((Object) actual).isEqualTo(expected);
  }
}
