package io.leibniz.cli;

/**
 * A complex number, and the functions that continue those of real numbers. Where the imaginary part is tiny it
 * keeps its digits, which the complex step lives on: Kahan, <i>Branch cuts for complex elementary functions</i> (1987).
 */
record Complex(double re, double im) {
  static final Complex ONE = new Complex(1, 0);
  private static final int FAR = 20; // from here on tanh is 1 to the last bit
  private static final int GREATEST_POWER = 1 << 20;

  static Complex of(double re) {
    return new Complex(re, 0);
  }

  Complex plus(Complex o) {
    return new Complex(re + o.re, im + o.im);
  }

  Complex minus(Complex o) {
    return new Complex(re - o.re, im - o.im);
  }

  Complex times(Complex o) {
    return new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
  }

  Complex times(double k) {
    return new Complex(k * re, k * im);
  }

  /** By the greater part of the divisor, lest its square overflow (Smith, 1962). */
  Complex over(Complex o) {
    if (Math.abs(o.re) >= Math.abs(o.im)) {
      double r = o.im / o.re, d = o.re + o.im * r;
      return new Complex((re + im * r) / d, (im - re * r) / d);
    }
    double r = o.re / o.im, d = o.re * r + o.im;
    return new Complex((re * r + im) / d, (im * r - re) / d);
  }

  Complex neg() {
    return new Complex(-re, -im);
  }

  /** i times this. */
  private Complex turned() {
    return new Complex(-im, re);
  }

  /** −i times this. */
  private Complex turnedBack() {
    return new Complex(im, -re);
  }

  double abs() {
    return StrictMath.hypot(re, im);
  }

  private double angle() {
    return StrictMath.atan2(im, re);
  }

  private static Complex polar(double r, double angle) {
    return new Complex(r * StrictMath.cos(angle), r * StrictMath.sin(angle));
  }

  // ---- exponential and logarithm

  Complex exp() {
    return polar(StrictMath.exp(re), im);
  }

  Complex expm1() {
    double half = StrictMath.sin(im / 2);
    return new Complex(
        StrictMath.expm1(re) * StrictMath.cos(im) - 2 * half * half,
        StrictMath.exp(re) * StrictMath.sin(im));
  }

  Complex log() {
    return new Complex(StrictMath.log(abs()), angle());
  }

  Complex log1p() {
    return new Complex(
        StrictMath.log1p(2 * re + re * re + im * im) / 2, StrictMath.atan2(im, 1 + re));
  }

  // ---- powers

  Complex sqrt() {
    if (re == 0 && im == 0) return this;
    double t = Math.sqrt((abs() + Math.abs(re)) / 2);
    return re >= 0
        ? new Complex(t, im / (2 * t))
        : new Complex(Math.abs(im) / (2 * t), Math.copySign(t, im));
  }

  /** The continuation of the real root: −2 at −8. */
  Complex cbrt() {
    return re < 0 ? neg().cbrt().neg() : polar(StrictMath.cbrt(abs()), angle() / 3);
  }

  Complex pow(Complex p) {
    if (p.im == 0 && p.re == Math.rint(p.re) && Math.abs(p.re) <= GREATEST_POWER)
      return p.re < 0 ? ONE.over(power((int) -p.re)) : power((int) p.re);
    return p.times(log()).exp();
  }

  private Complex power(int n) {
    Complex y = ONE;
    Complex square = this;
    for (int m = n; m > 0; m >>= 1) {
      if ((m & 1) != 0) y = y.times(square);
      if (m > 1) square = square.times(square);
    }
    return y;
  }

  // ---- circular and hyperbolic functions

  Complex sinh() {
    return new Complex(
        StrictMath.sinh(re) * StrictMath.cos(im), StrictMath.cosh(re) * StrictMath.sin(im));
  }

  Complex cosh() {
    return new Complex(
        StrictMath.cosh(re) * StrictMath.cos(im), StrictMath.sinh(re) * StrictMath.sin(im));
  }

  Complex tanh() {
    if (Math.abs(re) > FAR)
      return new Complex(
          Math.signum(re), 2 * StrictMath.sin(2 * im) * StrictMath.exp(-2 * Math.abs(re)));
    double t = StrictMath.tan(im), b = 1 + t * t, s = StrictMath.sinh(re);
    double d = 1 + b * s * s;
    return new Complex(b * Math.sqrt(1 + s * s) * s / d, t / d);
  }

  Complex sin() {
    return turned().sinh().turnedBack();
  }

  Complex cos() {
    return turned().cosh();
  }

  Complex tan() {
    return turned().tanh().turnedBack();
  }

  Complex asin() {
    Complex a = ONE.minus(this).sqrt(), b = ONE.plus(this).sqrt();
    return new Complex(
        StrictMath.atan2(re, a.re * b.re - a.im * b.im), asinh(a.re * b.im - a.im * b.re));
  }

  Complex acos() {
    Complex a = ONE.minus(this).sqrt(), b = ONE.plus(this).sqrt();
    return new Complex(2 * StrictMath.atan2(a.re, b.re), asinh(b.re * a.im - b.im * a.re));
  }

  Complex atan() {
    return turned().atanh().turnedBack();
  }

  Complex asinh() {
    return turned().asin().turnedBack();
  }

  Complex acosh() {
    Complex a = minus(ONE).sqrt(), b = plus(ONE).sqrt();
    return new Complex(asinh(a.re * b.re + a.im * b.im), 2 * StrictMath.atan2(a.im, b.re));
  }

  Complex atanh() {
    double x = 1 - re;
    return new Complex(
        StrictMath.log1p(4 * re / (x * x + im * im)) / 4,
        StrictMath.atan2(2 * im, x * (1 + re) - im * im) / 2);
  }

  private static double asinh(double x) {
    double a = Math.abs(x);
    return Math.copySign(StrictMath.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
  }
}
