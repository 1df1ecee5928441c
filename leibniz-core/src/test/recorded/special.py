#!/usr/bin/env python3
"""What io.leibniz.ir.Special is made from, and what it is judged by.

    python3 special.py coefficients     prints the tables of Special.java
    python3 special.py values           writes ../resources/io/leibniz/ir/special.csv

Both take seconds and need only mpmath (1.3.0). The two halves share no formula: the
coefficients are fits to mpmath's functions, the values come from those functions at 60 digits or
more, each rounded once, correctly, to a double.
"""

import math
import random
import sys
from fractions import Fraction
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 60
CSV = Path(__file__).parent / "../resources/io/leibniz/ir/special.csv"


def fit(f, lo, hi, bits=57):
    """The polynomial close to f on [lo, hi], by ascending powers.

    It is f's Chebyshev interpolant at 64 points, cut where its terms fall below 2^-bits of the
    first: within a factor of two of the minimax polynomial, and no iteration to go wrong. Powers
    instead of Chebyshev polynomials because every f here is smooth well beyond its interval, so
    that the higher powers' coefficients stay small.
    """
    points = 64
    angles = [mp.pi * (j + mpf(1) / 2) / points for j in range(points)]
    ys = [f((lo + hi) / mpf(2) + (hi - lo) / mpf(2) * mp.cos(a)) for a in angles]
    series = [2 * mp.fsum(y * mp.cos(k * a) for y, a in zip(ys, angles)) / points
              for k in range(points)]
    series[0] /= 2
    while abs(series[-1]) < abs(series[0]) / mpf(2) ** bits:
        series.pop()

    # T_k by powers of t in [-1, 1], then t = scale * x + shift by powers of x.
    scale, shift = mpf(2) / (hi - lo), -mpf(hi + lo) / (hi - lo)
    times_t = lambda p: [shift * a + scale * b for a, b in zip(p + [0], [0] + p)]
    before, now = [mpf(1)], times_t([mpf(1)])
    total = [mpf(0)] * len(series)
    for c in series:
        for i, p in enumerate(before):
            total[i] += c * p
        after = [2 * a for a in times_t(now)]
        for i, p in enumerate(before):
            after[i] -= p
        before, now = now, after
    return total


def erfcx(x):
    """exp(x^2) erfc(x); the asymptotic series where exp(x^2) would be out of reach."""
    if x < 100:
        return mp.exp(x * x) * mp.erfc(x)
    term, total = mpf(1), mpf(1)
    for k in range(1, 30):
        term *= -(2 * k - 1) / (2 * x * x)
        total += term
    return total / (x * mp.sqrt(mp.pi))


def erf_inverse(y):
    """mpmath's erfinv, checked."""
    if abs(y) < mpf(10) ** -40:
        return y * mp.sqrt(mp.pi) / 2
    with mp.workdps(mp.dps + 20):
        x = mp.erfinv(y)
        assert abs(mp.erf(x) - y) < mpf(10) ** -mp.dps * (1 - abs(y)), y
    return x


def near(point, f):
    """f where it has a removable singularity at a point that a node may hit."""
    return lambda x: f(x + mpf(10) ** -30 if abs(x - point) < mpf(10) ** -30 else x)


def tables():
    root = mp.findroot(mp.digamma, mpf("1.46163214496836234126"))
    yield "ERF", fit(lambda s: mp.erf(mp.sqrt(s)) / mp.sqrt(s) - 1, 0, 1)
    x_of = lambda u: 3 * (1 + u) / (1 - u)
    yield "ERFC", fit(lambda u: (1 + 2 * x_of(u)) * erfcx(x_of(u)), mpf(-5) / 7, 1)
    yield "ERFINV", fit(lambda s: erf_inverse(mp.sqrt(s)) / mp.sqrt(s), 0, mpf(1) / 4)
    r_of = lambda u: 2 * (1 + u) / (1 - u)
    u_of = lambda tail: (lambda r: (r - 2) / (r + 2))(mp.sqrt(-mp.log(tail)))
    yield "ERFINV_TAIL", fit(
        lambda u: erf_inverse(1 - mp.exp(-r_of(u) ** 2)) / r_of(u),
        u_of(mpf(1) / 2), u_of(mpf(2) ** -53))
    half = mpf(1) / 2
    yield "GAMMA", fit(
        lambda u: (mp.gamma(u + 3 * half) - 1) / (u + half), -half, half)
    yield "LGAMMA", fit(
        lambda u: mp.loggamma(u + 3 * half) / ((u + half) * (u - half)), -half, half)
    yield "DIGAMMA", fit(
        near(root - 3 * half, lambda u: mp.digamma(u + 3 * half) / (u + 3 * half - root)),
        -half, half)
    yield "DIGAMMA_ROOT", [mpf(float(root - 1)), root - 1 - mpf(float(root - 1))]
    yield "BERNOULLI", [mp.bernoulli(2 * j) / mp.factorial(2 * j) for j in range(1, 13)]


def coefficients():
    for name, values in tables():
        print(f"\n{name}, {len(values)} terms")
        cells = [repr(float(v)).replace("e", "E") for v in values]
        for i in range(0, len(cells), 3):
            print("    " + ", ".join(cells[i:i + 3]) + ",")


def to_double(v):
    """v rounded once to the nearest double, ties to even, subnormals and overflow included."""
    if mp.isnan(v) or mp.isinf(v):
        return float(v)
    sign, mantissa, exponent, bits = v._mpf_
    if exponent + bits < -1080:
        return -0.0 if sign else 0.0
    try:  # int / int rounds correctly even into the subnormals
        size = float(mantissa << exponent) if exponent >= 0 else mantissa / (1 << -exponent)
    except OverflowError:
        size = float("inf")
    return -size if sign else size


def lgamma(x):
    if x > 0:
        return mp.loggamma(x)
    return mp.log(mp.pi / abs(x * mp.sinpi(x))) - mp.loggamma(-x)


def gamma(x):
    return mp.inf if x > 200 else mp.gamma(x)


def polygamma(n, x):
    """The n-th derivative of digamma, n >= 1 (mpmath's psi, far out its asymptotic series)."""
    n = int(n)
    sign = mpf(-1) ** (n + 1)
    if x > 10**6:
        return sign * mp.factorial(n - 1) / x**n * (
            1 + n / (2 * x) + mp.fsum(
                mp.bernoulli(2 * j) * mp.binomial(n + 2 * j - 1, 2 * j) / x ** (2 * j)
                for j in range(1, 9)))
    if x > 0:
        with mp.workdps(mp.dps + int((n + 1) * max(0, mp.log10(x)))):  # zeta errs absolutely
            return sign * mp.factorial(n) * mp.zeta(n + 1, x)
    if x > -300:  # by steps to the right, not by the reflection that Special uses
        up = int(mp.ceil(-x))
        with mp.workdps(mp.dps + 2 * n):  # for even n the first steps may cancel
            steps = mp.fsum(1 / (x + k) ** (n + 1) for k in range(up))
            return polygamma(n, x + up) + sign * mp.factorial(n) * steps
    c = mp.cospi(x) / mp.sinpi(x)  # cot^(n) = P_n(cot), P_n+1 = -(1 + c^2) P_n', exactly
    p = [0, 1]
    for _ in range(n):
        d = [k * a for k, a in enumerate(p)][1:]
        p = [-(a + b) for a, b in zip(d + [0, 0], [0, 0] + d)]
    cot = mp.fsum(a * c**k for k, a in enumerate(p))
    return mpf(-1) ** n * polygamma(n, 1 - x) - mp.pi ** (n + 1) * cot


def digamma(x):
    return mp.digamma(x) if x > -50 else mp.digamma(1 - x) - mp.pi * mp.cospi(x) / mp.sinpi(x)


def softplus(x):
    return x if x > 1000 else mp.log1p(mp.exp(clipped(x)))


def clipped(x):
    """x kept where exp and erf are within mpmath's means; doubles saturate long before."""
    return max(mpf(-1000), min(mpf(1000), x))


FUNCTIONS = {
    "erf": lambda x: mp.erf(clipped(x)), "erfc": lambda x: mp.erfc(clipped(x)),
    "erfinv": erf_inverse, "gauss": lambda x: mp.exp(-clipped(x) ** 2),
    "gamma": gamma, "lgamma": lgamma, "digamma": digamma,
    "asinh": mp.asinh, "acosh": mp.acosh, "atanh": mp.atanh, "sech": mp.sech,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-clipped(x))), "softplus": softplus,
    "log2": lambda x: mp.log(x) / mp.log(2), "rsqrt": lambda x: 1 / mp.sqrt(x),
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": mp.asin, "acos": mp.acos,
    "atan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "exp": mp.exp,
    "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p, "log10": mp.log10,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
}


def digits(x):
    """Decimal places that keep x^2 beside 1, so that x - x^3/6 and the like stay exact enough."""
    if x == 0:
        return 60
    return 60 + min(700, int(abs(2 * mp.log10(abs(x)))))


def lost(v, rounded):
    """What rounding took from v, in ulps of the result: -0.5 … 0.5."""
    return 0 if mp.isinf(mpf(rounded)) else float((v - mpf(rounded)) / mpf(math.ulp(rounded)))


def value(name, x, parameter=None):
    """The function's value as a double, and what rounding took from it."""
    x = mpf(x)
    with mp.workdps(digits(x) if name not in ("gamma", "lgamma", "digamma", "polygamma", "erfinv")
                    else 80):
        if name == "polygamma":
            v = polygamma(parameter, x)
        elif name == "xlogy":
            v = mpf(parameter) * mp.log(x)
        else:
            v = mp.re(FUNCTIONS[name](x))
        rounded = to_double(v)
        return rounded, lost(v, rounded)


SEED = random.Random(20261124)
MIN, TINY, MAX = 5e-324, 2.2250738585072014e-308, sys.float_info.max


def uniform(lo, hi, count):
    return [SEED.uniform(lo, hi) for _ in range(count)]


def scales(lo, hi, count):
    """Log-uniform: magnitudes 2^lo … 2^hi."""
    return [2.0 ** SEED.uniform(lo, hi) for _ in range(count)]


def grid(lo, hi, count):
    return [lo + (hi - lo) * k / count for k in range(count + 1)]


def around(*points):
    """Each point with its neighbours, from 1 ulp to far enough to be another case."""
    out = []
    for p in points:
        for k in (1, 2, 17, 2**20, 2**35, 2**45):
            d = k * Fraction(1, 2**52) * Fraction(max(abs(p), TINY))
            out += [float(Fraction(p) - d), float(Fraction(p) + d)]
        out.append(p)
    return out


def both(xs):
    return [s * x for x in xs for s in (1, -1)]


small = [MIN, 3 * MIN, TINY / 3, TINY, 1e-300, 1e-160, 1e-30, 1e-17, 1e-16, 1e-9, 1e-8, 1e-5]


def arguments(name):
    r = lambda count: scales(-1070, 1023, count)
    if name == "erf":
        return both(small + around(0.5, 1.0) + grid(0, 6.5, 130) + scales(-40, 3, 60) + r(5)
                    + [MAX])
    if name == "erfc":
        return both(small[::2]) + around(0.5, -0.5, 1.0) + uniform(-6.5, 0.5, 70) \
            + grid(0, 28, 250) + uniform(26.5, 27.3, 30) + both(scales(-40, 0, 20)) + both(r(4)) \
            + [MAX]
    if name == "erfinv":
        return both(small + around(0.5) + grid(0, 0.99, 70) + scales(-60, 0, 40)
                    + [1 - x for x in scales(-53, -1, 80)] + [1 - 2.0**-53, 1 - 2.0**-52])
    if name == "gauss":
        return both(small + grid(0, 27.5, 110) + uniform(26, 27.3, 30) + scales(-30, 5, 40) + r(5))
    if name in ("gamma", "lgamma", "digamma"):
        zeros = {"gamma": [], "lgamma": [-2.4570247382208006, -2.7476826467274127],
                 "digamma": [1.4616321449683622, -0.5040830082644554]}[name]
        xs = both(small) + around(1.0, 2.0, 3.0, 23.0, 24.0, *zeros) + grid(0.05, 30, 110) \
            + grid(-12.03, -0.01, 90) + uniform(-40, 40, 60) + [float(k) for k in range(1, 31)] \
            + [-1 - 1e-9, -2 + 1e-12, -3 + 5e-16, -30.000000000001, -100.00000000000001]
        if name == "gamma":
            return xs + uniform(30, 171.7, 60) + uniform(-190, -20, 70) + \
                [171.6243769563027, 171.62437695630272, 171.625, 172.5, 1e300, -170.5, -184.5]
        far = [-k - SEED.random() for k in (40, 99, 1e3, 1e5, 1e9, 1e12)]
        return xs + scales(5, 1023, 60) + far \
            + [-2.0**51 - 0.5, 2.5e305, 2.559983327851638e305, MAX]
    if name == "asinh":
        return both(small + around(1.0, 2.0) + grid(0, 5, 60) + scales(-60, 60, 60) + r(20) + [MAX])
    if name == "acosh":
        return [x for x in around(1.0, 2.0) if x >= 1] + grid(1, 6, 120) + scales(0, 60, 100) + \
            [1 + x for x in scales(-52, 0, 80)] + scales(60, 1023, 20) + [MAX]
    if name == "atanh":
        return both(small + around(0.5) + grid(0, 0.99, 70) + scales(-60, 0, 50)
                    + [1 - x for x in scales(-53, -1, 50)])
    if name == "sech":
        return both(small + grid(0, 60, 100) + uniform(60, 750, 40)
                    + [20.0, 22.0, 40.0, 700.0, 745.0, 745.5, 746.0])
    if name in ("sigmoid", "softplus"):
        return both(small + grid(0, 45, 90) + uniform(45, 746, 50) + scales(-30, 5, 30)
                    + [745.0, 745.13, 708.5, 36.7, 37.5, 1e308])
    if name == "log2":
        return small + around(1.0, 2.0, 0.5, 1.4142135623730951, 0.7071067811865476) \
            + grid(0.25, 4, 110) + r(120) + [2.0**k for k in range(-1074, 1024, 61)] + [MAX]
    if name == "rsqrt":
        return small + r(200) + grid(0.25, 4, 100) + [MAX]
    few = {"sin": 60, "cos": 60, "tan": 60, "exp": 700, "sinh": 705, "cosh": 705, "tanh": 25,
           "expm1": 60, "atan": 20, "cbrt": 100}
    if name in few:
        return both([1e-300, 1e-9, 0.5] + scales(-20, 0, 10) + uniform(0, few[name], 16)) + \
            (both([1e5, 1e22, 1.5707963267948966]) if name in ("sin", "cos", "tan") else [])
    if name in ("asin", "acos"):
        return both([1e-300, 1e-9, 0.5, 1 - 2.0**-53] + scales(-20, 0, 12) + uniform(0, 1, 16))
    if name == "log1p":
        return [1e-300, -1e-300, 1 - 2.0**-53] + both(uniform(0, 1, 12) + scales(-40, 0, 12)) \
            + scales(0, 1023, 12)
    return [MIN, MAX] + uniform(0.5, 2, 30) + r(30)  # log, log10


def rows():
    for name in FUNCTIONS:
        for x in dict.fromkeys(arguments(name)):
            yield name, "", x, *value(name, x)
    for n in (1, 2, 3, 4, 5, 8, 13, 20, 31, 45, 60, 200):
        xs = [1e-300, 1e-5, 0.01, 0.1, 0.5, 1.0, 1.5, 2.0, n + 11.5, n + 12.0, n + 13.0, 1e9, 1e150] \
            + scales(-3, 10, 25) + uniform(-8, 0, 12) \
            + [-0.5, -1.5, -1.0001, -2.9999999, -1000.5, -20.75, -1e6 - 0.375]
        for x in xs:
            yield "polygamma", n, x, *value("polygamma", x, n)
    for x, y in zip(both(scales(-30, 30, 40)) + [1.0] * 20,
                    scales(-1070, 1023, 80) + uniform(0.5, 2, 20)):
        yield "xlogy", hexed(x), y, *value("xlogy", y, x)


def hexed(x):
    """As Java reads it back: 0x1.8p-1, Infinity."""
    if x in (float("inf"), float("-inf")):
        return "Infinity" if x > 0 else "-Infinity"
    digits, power = x.hex().split("p")
    return digits.rstrip("0").replace("0x1.p", "0x1.0p").removesuffix(".") + "p" + str(int(power))


def values():
    with open(CSV, "w", newline="\n") as out:
        out.write("function,parameter,argument,value,lost\n")
        for name, parameter, x, v, ulps in rows():
            out.write(f"{name},{parameter},{hexed(x)},{hexed(v)},{ulps:.3f}\n")


if __name__ == "__main__":
    {"coefficients": coefficients, "values": values}[sys.argv[1]]()
