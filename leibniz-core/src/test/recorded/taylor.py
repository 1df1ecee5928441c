#!/usr/bin/env python3
"""What io.leibniz.transform.Taylor is judged by at order 20.

    python3 taylor.py          writes ../resources/io/leibniz/taylor.csv

Takes seconds and needs only mpmath (1.3.0). Each derivative is k! times Cauchy's integral over a
circle that stays clear of the singularities: a sum over equal steps, which converges geometrically. It is taken
with two radii and two numbers of steps, which must agree to 30 digits; then it is rounded once to a double.
"""

from pathlib import Path

from mpmath import mp, mpf

mp.dps = 120
ORDER = 20
CSV = Path(__file__).parent / "../resources/io/leibniz/taylor.csv"

# name, parameter of the second operand, the function, its points, how far the nearest singularity is
FUNCTIONS = [
    ("exp", None, mp.exp, [-3, 0, 0.7, 20], lambda x: mpf(4)),
    ("expm1", None, mp.expm1, [-0.5, 0.25], lambda x: mpf(4)),
    ("log", None, mp.log, [0.01, 0.7, 1, 50], lambda x: mpf(x)),
    ("log1p", None, lambda z: mp.log(1 + z), [-0.75, 0, 3], lambda x: 1 + mpf(x)),
    ("sin", None, mp.sin, [-2, 0, 0.7, 30], lambda x: mpf(4)),
    ("cos", None, mp.cos, [0.7], lambda x: mpf(4)),
    ("tan", None, mp.tan, [-1.25, 0, 0.7, 1.5], lambda x: mp.pi / 2 - abs(mpf(x))),
    ("tanh", None, mp.tanh, [-2, 0, 0.7, 20], lambda x: mp.pi / 2),
    ("sinh", None, mp.sinh, [0.7], lambda x: mpf(4)),
    ("sech", None, mp.sech, [-2, 0, 0.7, 20], lambda x: mp.pi / 2),
    ("sqrt", None, mp.sqrt, [0.01, 0.7, 2, 100], lambda x: mpf(x)),
    ("rsqrt", None, lambda z: 1 / mp.sqrt(z), [0.7, 2], lambda x: mpf(x)),
    ("cbrt", None, lambda z: mp.exp(mp.log(z) / 3), [0.7, 8], lambda x: mpf(x)),
    ("pow", 2.5, lambda z: mp.exp(mpf(2.5) * mp.log(z)), [0.7, 3], lambda x: mpf(x)),
    ("pow", -0.75, lambda z: mp.exp(-mpf(0.75) * mp.log(z)), [0.7, 3], lambda x: mpf(x)),
    ("pow", 7, lambda z: z ** 7, [-1.5, 0, 2], lambda x: mpf(4)),
    ("erf", None, mp.erf, [-1.5, 0, 0.7, 3], lambda x: mpf(3)),
    ("erfc", None, mp.erfc, [0.7, 3], lambda x: mpf(3)),
    ("gauss", None, lambda z: mp.exp(-z * z), [0.7, 3], lambda x: mpf(3)),
    ("sigmoid", None, lambda z: 1 / (1 + mp.exp(-z)), [-3, 0.7, 20], lambda x: mp.pi),
    ("softplus", None, lambda z: mp.log(1 + mp.exp(z)), [-3, 0.7, 20], lambda x: mp.pi),
    ("asin", None, mp.asin, [0, 0.7], lambda x: 1 - abs(mpf(x))),
    ("atan", None, mp.atan, [-2, 0, 0.7], lambda x: mp.sqrt(1 + mpf(x) ** 2)),
    ("asinh", None, mp.asinh, [-2, 0, 0.7], lambda x: mp.sqrt(1 + mpf(x) ** 2)),
    ("acosh", None, lambda z: mp.log(z + mp.sqrt(z - 1) * mp.sqrt(z + 1)), [1.25, 4], lambda x: mpf(x) - 1),
    ("atanh", None, mp.atanh, [0, 0.7], lambda x: 1 - abs(mpf(x))),
    ("gamma", None, mp.gamma, [0.7, 4], lambda x: mpf(x)),
    ("lgamma", None, mp.loggamma, [0.7, 4], lambda x: mpf(x)),
    ("digamma", None, mp.digamma, [0.7, 4], lambda x: mpf(x)),
]


def coefficients(f, x, radius, steps):
    turn = [mp.expjpi(mpf(2) * i / steps) for i in range(steps)]
    values = [f(x + radius * w) for w in turn]
    return [mp.re(mp.fsum(v * turn[-i * k % steps] for i, v in enumerate(values))) / steps / radius ** k
            for k in range(ORDER + 1)]


def derivatives(f, x, reach):
    x = mpf(x)
    a = coefficients(f, x, reach * mpf(3) / 16, 128)
    b = coefficients(f, x, reach / 8, 120)
    for k, (p, q) in enumerate(zip(a, b)):
        # what vanishes is seen as its rounding
        size = mpf(10) ** -60 / (reach / 8) ** k * (1 + abs(f(x)))
        if abs(p - q) > mpf(10) ** -30 * abs(q) + size:
            raise SystemExit(f"no agreement at {x}, order {k}: {p} and {q}")
        yield mpf(0) if abs(q) < size else q * mp.factorial(k)


with CSV.open("w") as out:
    out.write("function,parameter,argument,order,derivative\n")
    for name, parameter, f, points, reach in FUNCTIONS:
        for x in points:
            for k, d in enumerate(derivatives(f, x, reach(x))):
                out.write(f"{name},{'' if parameter is None else parameter},{x},{k},{float(d)!r}\n")
