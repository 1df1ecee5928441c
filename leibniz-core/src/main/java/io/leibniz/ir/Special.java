package io.leibniz.ir;

/**
 * The elementary and special functions that {@link StrictMath} lacks, double to double.
 *
 * <p>Every result is the same bit for bit on every machine: nothing here but IEEE arithmetic,
 * square roots and {@code StrictMath}. NaN gives NaN throughout. Where a function is not
 * elementary, its polynomials are fits made by {@code src/test/recorded/special.py}; formulas cite
 * Abramowitz and Stegun, <i>Handbook of Mathematical Functions</i>, as A&amp;S.
 *
 * <p>Worst errors in units in the last place of the result, measured 2026-11-24 on the recorded
 * values and on ten times as many random arguments:
 *
 * <table>
 * <caption>Worst error, ulps</caption>
 * <tr><td>erf 1.1<td>erfc 2.7<td>erfinv 2.4<td>gauss 1.1
 * <tr><td>sigmoid 1.7<td>softplus 1.4<td>sech 2.0<td>log2 1.3
 * <tr><td>asinh 1.4<td>acosh 2.3<td>atanh 1.3<td>rsqrt 1.4, xlogy 1.4
 * <tr><td>gamma 5.2<td>lgamma, x &gt; 0: 3.5<td>digamma, x &gt; 0: 2.5<td>polygamma, n ≤ 60: 94
 * </table>
 *
 * <p>Below zero lgamma and digamma cancel beside their zeros; their errors there are within 7e-16
 * and 9e-16 of max(1, |value|). So does polygamma for even n; beside its zeros nothing is claimed.
 */
final class Special {
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LOG_PI = 1.1447298858494002;
  private static final double ROOT_TWO_PI = 2.5066282746310007;

  /** (log 2π − 1) / 2, the constant of Stirling's series once (x − ½)(log x − 1) is taken out. */
  private static final double STIRLING_CONSTANT = 0.41893853320467276;

  /** From here on five terms of the asymptotic series suffice; below it, Γ(n) is exact. */
  private static final double STIRLING_FROM = 24;

  /** Closer to zero than this, Γ(x) is 1 / x to the last bit, and ψ(x) is −1 / x. */
  private static final double POLE = 0x1p-60;

  private Special() {}

  /**
   * exp(−x²), the Gaussian bell. Rounding x² alone would cost x² / 2 ulp, so the bits it loses are
   * recovered (Dekker 1971: the halves of x multiply exactly) and put back to first order.
   */
  static double gauss(double x) {
    if (Math.abs(x) > 28) {
      return 0;
    }
    double high = (float) x;
    double low = x - high;
    double square = x * x;
    double lost = ((high * high - square) + 2 * high * low) + low * low;
    double y = StrictMath.exp(-square);
    return y - y * lost;
  }

  /** 1 / (1 + exp(−x)), the logistic function; exp's argument is kept negative against overflow. */
  static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  /** log(1 + exp(x)) = max(x, 0) + log(1 + exp(−|x|)), which neither overflows nor cancels. */
  static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  /**
   * 1 / cosh(x) = 2e / (1 + e²) with e = exp(−|x|). Far out it is 2e, taken as a square so that
   * only the result is rounded to a subnormal.
   */
  static double sech(double x) {
    double a = Math.abs(x);
    if (a > 40) {
      double root = StrictMath.exp(-a / 2);
      return 2 * root * root;
    }
    double e = StrictMath.exp(-a);
    return 2 * e / (1 + e * e);
  }

  /** The logarithm to base 2, exact at powers of two. −∞ at 0, NaN below. */
  static double log2(double x) {
    if (!(x > 0) || x == Double.POSITIVE_INFINITY) {
      return StrictMath.log(x);
    }
    boolean subnormal = x < Double.MIN_NORMAL;
    double normal = subnormal ? x * 0x1p54 : x;
    int exponent = Math.getExponent(normal);
    double m = Math.scalb(normal, -exponent);
    if (m > 1.4142135623730951) { // so that log m never cancels against the exponent
      m /= 2;
      exponent++;
    }
    return (subnormal ? exponent - 54 : exponent) + StrictMath.log(m) * LOG2_E;
  }

  /** x log y, and 0 at x = 0 whatever y is, unless y is NaN: the convention of entropies. */
  static double xlogy(double x, double y) {
    return x == 0 && !Double.isNaN(y) ? 0 : x * StrictMath.log(y);
  }

  /** 1 / √x. ±∞ at ±0, NaN below. */
  static double rsqrt(double x) {
    return 1 / Math.sqrt(x);
  }

  /**
   * The inverse of sinh, log(x + √(x² + 1)) (A&amp;S 4.6.20), odd. By log1p, with the difference
   * √(x² + 1) − 1 in the form x² / (1 + √(x² + 1)), which does not cancel.
   */
  static double asinh(double x) {
    double a = Math.abs(x);
    double y =
        a > 0x1p28
            ? StrictMath.log(a) + StrictMath.log(2)
            : StrictMath.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
    return Math.copySign(y, x);
  }

  /** The inverse of cosh, log(x + √(x² − 1)) (A&amp;S 4.6.21), in terms of x − 1. NaN below 1. */
  static double acosh(double x) {
    if (x > 0x1p28) {
      return StrictMath.log(x) + StrictMath.log(2);
    }
    if (x < 1) {
      return Double.NaN; // far below, t + 2 is negative too
    }
    double t = x - 1;
    return StrictMath.log1p(t + Math.sqrt(t * (t + 2)));
  }

  /** The inverse of tanh, ½ log((1 + x) / (1 − x)) (A&amp;S 4.6.22), odd. ±∞ at ±1, NaN beyond. */
  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(StrictMath.log1p(2 * a / (1 - a)) / 2, x);
  }

  /** 2 / √π ∫₀ˣ exp(−t²) dt, odd: x (1 + P(x²)) up to 1, beyond that 1 − erfc. */
  static double erf(double x) {
    double a = Math.abs(x);
    return a < 1 ? x + x * polynomial(ERF, x * x) : Math.copySign(1 - erfcTail(a), x);
  }

  /** 1 − erf(x), to full relative accuracy down to its underflow at 27.2. */
  static double erfc(double x) {
    return x < 0.5 ? 1 - erf(x) : erfcTail(x);
  }

  /**
   * erfc on [½, ∞]. There (1 + 2x) exp(x²) erfc(x) stays between 1.12 and 1.29, and as a function
   * of (x − 3) / (x + 3) is so smooth that one polynomial covers the half-line (Shepherd and
   * Laframboise 1981).
   */
  private static double erfcTail(double x) {
    if (x > 28) {
      return 0;
    }
    return gauss(x) * (polynomial(ERFC, (x - 3) / (x + 3)) / (1 + 2 * x));
  }

  /**
   * The inverse of erf, odd. ±∞ at ±1, NaN beyond. In the middle y P(y²); further out, erfinv is
   * nearly proportional to r = √(−log(1 − |y|)), since erfc falls like exp(−x²), and the ratio is a
   * polynomial in (r − 2) / (r + 2).
   */
  static double erfinv(double y) {
    double a = Math.abs(y);
    if (a <= 0.5) {
      return y * polynomial(ERFINV, y * y);
    }
    if (a == 1) {
      return Math.copySign(Double.POSITIVE_INFINITY, y);
    }
    double r = Math.sqrt(-StrictMath.log(1 - a));
    return Math.copySign(r * polynomial(ERFINV_TAIL, (r - 2) / (r + 2)), y);
  }

  /**
   * Γ(x) = ∫₀^∞ t^(x−1) exp(−t) dt and its continuation; Γ(n) = (n − 1)! is exact up to Γ(23). ±∞
   * at ±0, NaN at the negative integers and at −∞.
   *
   * <p>In [1, 2] a polynomial, up to 24 by Γ(x) = (x − 1) Γ(x − 1), then Stirling's series; below 0
   * by Γ(x) Γ(−x) = −π / (x sin πx) (A&amp;S 6.1.17), whose arguments are all exact.
   */
  static double gamma(double x) {
    if (Math.abs(x) < POLE) {
      return 1 / x;
    }
    if (x < 0) {
      return gammaBelowZero(x);
    }
    if (x >= STIRLING_FROM) {
      return gammaByStirling(x);
    }
    double product = 1;
    double z = x;
    while (z >= 2) {
      z -= 1;
      product *= z;
    }
    return z < 1 ? gammaFromOne(z) / z : product * gammaFromOne(z - 1);
  }

  /** Γ(1 + z) for z in [0, 1]. */
  private static double gammaFromOne(double z) {
    return 1 + z * polynomial(GAMMA, z - 0.5);
  }

  /** Γ(x) = √(2π) x^(x−½) exp(−x) exp(s(x)), the power in two halves lest it overflow early. */
  private static double gammaByStirling(double x) {
    if (x > 172) {
      return Double.POSITIVE_INFINITY;
    }
    double half = StrictMath.pow(x, x / 2 - 0.25);
    return half * StrictMath.exp(-x) * (ROOT_TWO_PI * StrictMath.exp(stirling(x))) * half;
  }

  private static double gammaBelowZero(double x) {
    if (x == Math.rint(x)) {
      return Double.NaN;
    }
    if (x < -200) { // less than half the least double; negative where ⌊x⌋ is odd
      return Math.floor(x) % 2 == 0 ? 0.0 : -0.0;
    }
    if (x < -170) { // Γ(−x) would overflow before Γ(x) underflows
      double product = 1;
      for (int k = 0; k < 32; k++) {
        product *= x + k;
      }
      return gammaBelowZero(x + 32) / product;
    }
    return -Math.PI / (x * sinPi(x)) / gamma(-x);
  }

  /**
   * log |Γ(x)|, to full relative accuracy at its zeros 1 and 2. +∞ at 0, at the negative integers
   * and at ±∞. The cases are those of {@link #gamma}, in logarithms.
   */
  static double lgamma(double x) {
    if (Math.abs(x) < POLE) {
      return -StrictMath.log(Math.abs(x));
    }
    if (x < 0) {
      return x == Math.rint(x)
          ? Double.POSITIVE_INFINITY
          : LOG_PI - StrictMath.log(Math.abs(x * sinPi(x))) - lgamma(-x);
    }
    if (x >= STIRLING_FROM) {
      return (x - 0.5) * (StrictMath.log(x) - 1) + (STIRLING_CONSTANT + stirling(x));
    }
    double product = 1;
    double z = x;
    while (z >= 2) {
      z -= 1;
      product *= z;
    }
    return z < 1
        ? lgammaFromOne(z) - StrictMath.log(z)
        : lgammaFromOne(z - 1) + StrictMath.log(product);
  }

  /** log Γ(1 + z) for z in [0, 1], the zeros at both ends as factors. */
  private static double lgammaFromOne(double z) {
    return z * (z - 1) * polynomial(LGAMMA, z - 0.5);
  }

  /** log Γ(x) − (x − ½) log x + x − ½ log 2π, a sum over odd powers of 1 / x (A&amp;S 6.1.41). */
  private static double stirling(double x) {
    return polynomial(STIRLING, 1 / x / x) / x;
  }

  /**
   * ψ(x) = Γ′(x) / Γ(x), to full relative accuracy at its positive zero 1.4616…; ∓∞ at ±0, NaN at
   * the negative integers and at −∞.
   *
   * <p>In [1, 2] a polynomial, up to 24 by ψ(1 + x) = ψ(x) + 1 / x, then the asymptotic series
   * (A&amp;S 6.3.18); below 0 by the reflection ψ(x) = ψ(1 − x) − π cot πx (A&amp;S 6.3.7).
   */
  static double digamma(double x) {
    if (Math.abs(x) < POLE) {
      return -1 / x;
    }
    if (x < 0) {
      return x == Math.rint(x) ? Double.NaN : digamma(1 - x) - Math.PI * cotPi(x);
    }
    if (x >= STIRLING_FROM) {
      return StrictMath.log(x) - (0.5 / x + polynomial(STIRLING_SLOPE, 1 / x / x) / x / x);
    }
    double sum = 0;
    double z = x;
    while (z >= 2) {
      z -= 1;
      sum += 1 / z;
    }
    return z < 1 ? digammaFromOne(z) - 1 / z : digammaFromOne(z - 1) + sum;
  }

  /** ψ(1 + z) for z in [0, 1], its zero as a factor; one double would miss that by 1e-17. */
  private static double digammaFromOne(double z) {
    return ((z - DIGAMMA_ROOT[0]) - DIGAMMA_ROOT[1]) * polynomial(DIGAMMA, z - 0.5);
  }

  /**
   * ψ⁽ⁿ⁾(x), the n-th derivative of digamma: (−1)ⁿ⁺¹ n! Σ 1 / (x + k)ⁿ⁺¹ over k = 0, 1, … (A&amp;S
   * 6.4.10).
   *
   * <p>At +0 it is the limit from the right, at −0 from the left: +∞ for odd n, ∓∞ for even n. At
   * the negative integers it is +∞ for odd n, and NaN for even n, where the two sides disagree. At
   * +∞ it is a zero with the sign of what leads there, at −∞ NaN.
   *
   * <p>The sum is taken term by term until x + k reaches n + 12, where the Euler–Maclaurin formula
   * gives the rest; below 0 by the reflection ψ⁽ⁿ⁾(x) = (−1)ⁿ ψ⁽ⁿ⁾(1 − x) − (π cot πx)⁽ⁿ⁾ (A&amp;S
   * 6.4.7).
   *
   * @throws IllegalArgumentException if n is negative
   */
  static double polygamma(int n, double x) {
    if (n < 0) {
      throw new IllegalArgumentException(
          "polygamma(n, x) is the n-th derivative of digamma and needs n >= 0, got n = " + n);
    }
    if (n == 0) {
      return digamma(x);
    }
    boolean odd = n % 2 != 0;
    if (x > 0) {
      double size = polygammaSize(n, x);
      return odd ? size : -size;
    }
    if (x == 0) {
      return odd ? Double.POSITIVE_INFINITY : -1 / x;
    }
    if (x == Math.rint(x)) {
      return odd && x != Double.NEGATIVE_INFINITY ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    double nearest = -cotDerivative(n, x); // holds the nearest pole: where it overflows, it leads
    return Double.isInfinite(nearest) ? nearest : nearest - polygammaSize(n, 1 - x);
  }

  /** |ψ⁽ⁿ⁾(x)| for n ≥ 1 and x > 0, or NaN. */
  private static double polygammaSize(int n, double x) {
    double scale = 1 / x; // (n − 1)! / xⁿ, by factors: neither n! nor xⁿ need be a double
    for (int k = 1; k < n; k++) {
      scale *= k / x;
    }
    double far = n + 12;
    if (!(x < far)) {
      return scale * eulerMaclaurin(n, x);
    }
    double sum = 1;
    for (int k = 1; ; k++) {
      double a = x + k;
      double term = power(x / a, n + 1);
      if (a >= far) {
        sum += term * (a / n) * eulerMaclaurin(n, a);
        break;
      }
      sum += term;
      if (term < 0x1p-60) {
        break;
      }
    }
    return scale * (n / x) * sum;
  }

  /** n aⁿ Σ 1 / (a + k)^(n+1) over k = 0, 1, … = 1 + n/2a + Σ B₂ⱼ/(2j)! n(n+1)…(n+2j−1) / a²ʲ. */
  private static double eulerMaclaurin(int n, double a) {
    double sum = 0;
    double term = 1;
    for (int j = 0; j < BERNOULLI.length; j++) {
      term *= (n + 2 * j) / a * ((n + 2 * j + 1) / a);
      sum += BERNOULLI[j] * term;
    }
    return 1 + (0.5 * n / a + sum);
  }

  /** bᵐ by repeated squaring, m ≥ 0. */
  private static double power(double b, int m) {
    double y = 1;
    for (double square = b; m > 0; m >>= 1, square *= square) {
      if ((m & 1) != 0) {
        y *= square;
      }
    }
    return y;
  }

  /**
   * The n-th derivative of f(x) = π cot πx, n ≥ 1, from its Taylor coefficients at x: by Riccati's
   * equation f′ = −(π² + f²) each is a sum of products of earlier ones. Coefficient k has the sign
   * of (−1)ᵏ fᵏ⁺¹, so in any one sum all products have the same sign and nothing cancels.
   */
  private static double cotDerivative(int n, double x) {
    double[] taylor = new double[n + 1];
    taylor[0] = Math.PI * cotPi(x);
    taylor[1] = -(Math.PI * Math.PI + taylor[0] * taylor[0]);
    for (int k = 1; k < n; k++) {
      double sum = 0; // of taylor[i] * taylor[k - i], by halves
      for (int i = 0; i < k - i; i++) {
        sum += taylor[i] * taylor[k - i];
      }
      sum += sum;
      if (k % 2 == 0) {
        sum += taylor[k / 2] * taylor[k / 2];
      }
      taylor[k + 1] = -sum / (k + 1);
    }
    double derivative = taylor[n];
    for (int k = 2; k <= n; k++) {
      derivative *= k;
    }
    return derivative;
  }

  /** sin πx; the reduction to |r| ≤ ½ is exact, and each half of that uses the nearer zero. */
  private static double sinPi(double x) {
    double n = Math.rint(x);
    double r = x - n;
    double q = 0.5 - Math.abs(r);
    double s =
        q > 0.25 ? StrictMath.sin(Math.PI * r) : Math.copySign(StrictMath.cos(Math.PI * q), r);
    return n % 2 == 0 ? s : -s;
  }

  /** cot πx, reduced like {@link #sinPi}; 0 at the odd halves exactly. */
  private static double cotPi(double x) {
    double r = x - Math.rint(x);
    double q = 0.5 - Math.abs(r);
    return q > 0.25
        ? 1 / StrictMath.tan(Math.PI * r)
        : Math.copySign(StrictMath.tan(Math.PI * q), r);
  }

  /** c[0] + c[1] x + c[2] x² + …, by Horner's rule. */
  private static double polynomial(double[] c, double x) {
    double y = c[c.length - 1];
    for (int k = c.length - 2; k >= 0; k--) {
      y = y * x + c[k];
    }
    return y;
  }

  // Coefficients by ascending powers, as special.py prints them.
  // spotless:off
  /** erf(x) / x − 1 by powers of x², x² in [0, 1]. */
  private static final double[] ERF = {
    0.1283791670955126, -0.3761263890318375, 0.11283791670954882,
    -0.026866170645077334, 0.005223977624823223, -0.0008548326981129666,
    0.00012055331122299266, -1.4925595519506043E-05, 1.6461004480962034E-06,
    -1.6350354461959655E-07, 1.4660051998394848E-08, -1.1373902296430911E-09,
    5.958930743134941E-11
  };

  /** (1 + 2x) exp(x²) erfc(x) by powers of (x − 3) / (x + 3), x in [½, ∞]. */
  private static final double[] ERFC = {
    1.2530080582697296, -0.13562110612458123, -0.04756229435345136,
    0.12964515870276747, -0.11927366341526074, 0.06830802734372039,
    -0.02377051492003202, 0.002529391820689948, 0.0018886903786928617,
    -0.0007798323198017534, -0.00010515995307802639, 0.00012509966417900302,
    4.950211110332033E-06, -2.010192310970366E-05, -7.336518433269407E-07,
    3.4763922423488377E-06, 3.606957526758731E-07, -6.244497011602486E-07,
    -1.4540031496578661E-07, 1.1166014803365672E-07, 4.291901081518831E-08,
    -2.0434010457118164E-08, -7.274484545706732E-09, 3.2571383298331196E-09
  };

  /** erfinv(y) / y by powers of y², |y| in [0, ½]. */
  private static final double[] ERFINV = {
    0.886226925452758, 0.23201366653465938, 0.12755617530434396,
    0.08655212936839432, 0.06495961106449397, 0.051731492171509304,
    0.04283245246052014, 0.0365244681104025, 0.031133354835717303,
    0.03165882444003925, 0.00820249475773339, 0.07403388841427054,
    -0.07688796265772653, 0.11364410456260272
  };

  /** erfinv(y) / r by powers of (r − 2) / (r + 2), y in [½, 1 − 2⁻⁵³]. */
  private static final double[] ERFINV_TAIL = {
    0.8340941580292482, 0.43091773028359825, -0.42376321836306396,
    0.2019390574844516, 0.006724927246786806, -0.128114130582655,
    0.1377653736355177, -0.07264412265144342, -0.01366702826478958,
    0.07119896751824636, -0.07798884057530162, 0.04099592052341,
    0.011320975952839466, -0.048583336360681545, 0.05309423364400445,
    -0.027774958392149062, -0.009179251631696993, 0.036454505486731785,
    -0.04168929239239269, 0.021863023481893208, 0.014471460493618951,
    -0.03717693410899492, 0.020751560358924177, 0.006835241147629871,
    -0.00822530288415951
  };

  /** (Γ(1 + z) − 1) / z by powers of z − ½, z in [0, 1]. */
  private static final double[] GAMMA = {
    -0.22754614909448398, 0.519769093086738, -0.20991127879687427,
    0.20523294846420487, -0.12117517883903611, 0.08730425307836429,
    -0.057387898532252145, 0.03877192595034556, -0.025868638602131816,
    0.017292391240107816, -0.01153976067398615, 0.007699091363347155,
    -0.005134763100153849, 0.0034240376812594803, -0.002284193521352246,
    0.00152318999696953, -0.0010082546049875053, 0.0006710687206717735,
    -0.00047776742417397094, 0.0003216700594821954, -0.0001338635460879524,
    8.41952935030135E-05, -0.0001789260468701052, 0.00012279555195993892
  };

  /** log Γ(1 + z) / (z (z − 1)) by powers of z − ½, z in [0, 1]. */
  private static final double[] LGAMMA = {
    0.4831289505409809, -0.14595989591430608, 0.06291140107456437,
    -0.03130848750100946, 0.016797098631275844, -0.00942562244862871,
    0.005446457839039636, -0.003212074069625241, 0.001922916315044322,
    -0.0011644146740420575, 0.0007115190337726783, -0.0004379919029066858,
    0.00027131404604478673, -0.00016892745672175032, 0.00010535339176160404,
    -6.609135060988664E-05, 4.303358406992273E-05, -2.736078283600179E-05,
    1.3174891373031416E-05, -8.071805930790342E-06, 1.2148922431734838E-05,
    -7.976765445368423E-06
  };

  /** ψ(1 + z) / (z − z₀) by powers of z − ½, z in [0, 1]. */
  private static final double[] DIGAMMA = {
    0.9510558760318328, -0.4236274212814606, 0.24054248424078736,
    -0.14840492305388006, 0.09498872445282817, -0.06192213327556183,
    0.040760833944741226, -0.02697579665686472, 0.01790724819228875,
    -0.011908220169786002, 0.007927024136843637, -0.0052799364178857415,
    0.0035180792717028125, -0.0023455016279107115, 0.0015635739915515125,
    -0.0010364227247828023, 0.0006899428514219089, -0.00048606417050412354,
    0.00032689316473621455, -0.00014460384609240088, 9.158816882117E-05,
    -0.00017837342400462423, 0.00012241591000024265
  };

  /** z₀ = 0.4616…, where ψ(1 + z₀) = 0, as a sum of two. */
  private static final double[] DIGAMMA_ROOT = {
    0.46163214496836236, -1.5522348162858677E-17
  };

  /** B₂ₖ / (2k (2k − 1)), k = 1, 2, … */
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188
  };

  /** B₂ₖ / 2k, k = 1, 2, … */
  private static final double[] STIRLING_SLOPE = {
    1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132
  };

  /** B₂ₖ / (2k)!, k = 1, 2, … */
  private static final double[] BERNOULLI = {
    0.08333333333333333, -0.001388888888888889, 3.306878306878307E-05,
    -8.267195767195768E-07, 2.08767569878681E-08, -5.284190138687493E-10,
    1.3382536530684679E-11, -3.3896802963225827E-13, 8.586062056277845E-15,
    -2.174868698558062E-16, 5.5090028283602295E-18, -1.3954464685812522E-19
  };
  // spotless:on
}
