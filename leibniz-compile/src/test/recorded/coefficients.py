#!/usr/bin/env python3
"""The polynomials of io.leibniz.compile.lane: prints each with its largest error, as a power of 2, relative to the result.

    python3 coefficients.py [name]

Needs mpmath (1.3.0) and a few seconds.
"""

import struct
import sys

from mpmath import mp, mpf, asin, cbrt, atan, atanh, cos, erf, erfc, exp, expm1, log, log1p, nstr, pi, sin, sinh, sqrt, tan, tanh

from remez import remez

mp.prec = 220
only = sys.argv[1:]


def nearest(c, single):
    return struct.unpack("f", struct.pack("f", float(c)))[0] if single else float(c)


def shortest(c):
    """The shortest decimal whose float is the float nearest to c."""
    exact = struct.pack("f", float(c))
    return next(s for s in (f"{float(c):.{n}g}" for n in range(1, 10)) if struct.pack("f", float(s)) == exact)


def show(name, f, lo, hi, degree, weight, under=0, single=False, split=False):
    if only and not any(name.startswith(o) for o in only):
        return
    p, q, error = remez(f, lo, hi, degree, weight, under)
    if not under and not split:  # each of the first is rounded before the rest is fitted
        known = []
        for i in range(3):
            g = lambda x, known=tuple(known): (f(x) - mp.polyval(known[::-1], x)) / x ** len(known) if known else f(x)
            rest, _, error = remez(g, lo, hi, degree - i, lambda x, i=i: weight(x) * x ** i)
            known.append(mpf(nearest(rest[0], single)))
            p = known + rest[1:]
    number = shortest if single else lambda c: repr(float(c))
    print(f"{name}: 2^{nstr(log(error, 2), 4)}")
    if split:  # the first in two parts
        p = [p[0] - nearest(p[0], single), mpf(nearest(p[0], single))] + p[1:]
    print("  ", ", ".join(number(c) for c in p))
    if under:
        print("  /", ", ".join(number(c) for c in q))


def both(name, f, lo, hi, single, double, weight):
    for d, s in ((single, True), (double, False)):
        m, n = d if isinstance(d, tuple) else (d, 0)
        show(name + (" single" if s else " double"), f, lo, hi, m, weight, n, s)


half = log(2) / 2 * mpf("1.001")
both("exp: (e^r - 1 - r) / r^2", lambda r: (expm1(r) - r) / r ** 2, -half, half, 4, 9, lambda r: r ** 2 / exp(r))

low, high = sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1
show("log: (log(1+f) - f + f^2/2) / f^3 single", lambda f: (log1p(f) - f + f * f / 2) / f ** 3, low, high, 7,
     lambda f: f ** 3 / log1p(f), single=True)
steepest = (high / (2 + high)) ** 2
show("log: (2 atanh(s) - 2s) / s^3 by s^2 double", lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, 0, steepest, 6, lambda z: z / 2)

flat = lambda z: (sqrt(z) - tanh(sqrt(z))) / sqrt(z) ** 3
show("tanh: (x - tanh x) / x^3 by x^2 single", flat, 0, mpf("0.85") ** 2, 1, lambda z: z * sqrt(z) / tanh(sqrt(z)), 2, True)
show("tanh: (x - tanh x) / x^3 by x^2 double", flat, 0, mpf("0.75") ** 2, 2, lambda z: z * sqrt(z) / tanh(sqrt(z)), 3)

eighth = (pi / 4 * mpf("1.02")) ** 2  # n is not always the nearest
both("sin: (sin r - r) / r^3 by r^2", lambda z: (sin(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3, 0, eighth, 2, 5,
     lambda z: z * sqrt(z) / sin(sqrt(z)))
both("cos: (cos r - 1 + r^2 / 2) / r^4 by r^2", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z ** 2, 0, eighth, 2, 5,
     lambda z: z ** 2 / cos(sqrt(z)))
flat = lambda z: (tan(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3
show("tan: (tan r - r) / r^3 by r^2 single", flat, 0, eighth, 6, lambda z: z * sqrt(z) / tan(sqrt(z)), 0, True)
show("tan: (tan r - r) / r^3 by r^2 double", flat, 0, eighth, 3, lambda z: z * sqrt(z) / tan(sqrt(z)), 3)

above = lambda z: (sinh(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3
both("sinh: (sinh x - x) / x^3 by x^2", above, 0, 1, 3, 6, lambda z: z * sqrt(z) / sinh(sqrt(z)))

inner = lambda z: erf(sqrt(z)) / sqrt(z) - 1
show("erf: erf(x) / x - 1 by x^2 single", inner, 0, 1, 6, lambda z: sqrt(z) / erfc(sqrt(z)), single=True)
show("erf: erf(x) / x - 1 by x^2 double", inner, 0, 1, 12, lambda z: sqrt(z) / erfc(sqrt(z)))


def erfcx(x):
    with mp.extraprec(2200 if x > 15 else 400):
        return exp(x * x) * erfc(x)


def tail(centre, near, far, degree, single):
    x = lambda t: centre * (1 + t) / (1 - t)
    t = lambda x: (mpf(x) - centre) / (mpf(x) + centre)
    f = lambda t: x(t) * erfcx(x(t))
    show(f"erfc: x e^(x^2) erfc(x) by (x - {centre}) / (x + {centre}) {'single' if single else 'double'}", f, t(near), t(far), degree,
         lambda t: 1 / f(t), single=single, split=True)


tail(2, "1", "10.3", 8, True)
tail(3, "1", "27.4", 20, False)

both("pow: (2 atanh(s) - 2s - 2/3 s^3) / s^5 by s^2", lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2 - 2 * z / 3) / z ** 2, 0, steepest,
     2, 6, lambda z: z ** 2 / 2)

both("atan: (atan t - t) / t^3 by t^2", lambda z: (atan(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3, 0, 1, 8, 19, lambda z: z * sqrt(z) / atan(sqrt(z)))
both("asin: (asin x - x) / x^3 by x^2", lambda z: (asin(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3, 0, mpf("0.55") ** 2, 5, 13,
     lambda z: z * sqrt(z) / asin(sqrt(z)))

both("cbrt: cbrt m", lambda m: cbrt(m), sqrt(mpf(1) / 2), sqrt(mpf(2)), 3, 6, lambda m: 1 / cbrt(m))
