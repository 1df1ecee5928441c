#!/usr/bin/env python3
"""The polynomials of io.leibniz.compile.lane: prints each with its largest error, as a power of 2, relative to the result.

    python3 coefficients.py [name]

Needs mpmath (1.3.0) and a few seconds.
"""

import struct
import sys

from mpmath import mp, mpf, atanh, exp, expm1, log, log1p, nstr, sqrt, tanh

from remez import remez

mp.prec = 220
only = sys.argv[1:]


def show(name, f, lo, hi, degree, weight, under=0, single=False):
    if only and not any(name.startswith(o) for o in only):
        return
    p, q, error = remez(f, lo, hi, degree, weight, under)
    number = lambda c: repr(struct.unpack("f", struct.pack("f", float(c)))[0] if False else float(c))
    if single:
        import numpy
        number = lambda c: str(numpy.float32(float(c)))
    print(f"{name}: 2^{nstr(log(error, 2), 4)}")
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
show("tanh: (x - tanh x) / x^3 by x^2 single", flat, 0, mpf("0.66") ** 2, 1, lambda z: z * sqrt(z) / tanh(sqrt(z)), 1, True)
show("tanh: (x - tanh x) / x^3 by x^2 double", flat, 0, mpf("0.65") ** 2, 2, lambda z: z * sqrt(z) / tanh(sqrt(z)), 3)
