#!/usr/bin/env python3
"""What io.leibniz.compile.lane.Elementary is judged by in F64.

    python3 elementary.py        writes ../resources/io/leibniz/compile/lane/elementary.{csv,bin}

Needs mpmath (1.3.0) and some minutes. A line of elementary.csv names a function, how many points it has there, and the
interval of each argument, as doubles in hexadecimal. Point i lies at the fraction i * WEYL of the interval, where
intervals are measured in doubles: by place in the order of all doubles, not by size. elementary.bin has two bytes for
every point: the place of |f(x)| in the order of all doubles in 256ths of an ulp, modulo 65536. Its high byte is the
last byte of the result, its low one says what rounding took away. That tells a result from any other within 128 ulps.
"""

import struct
from pathlib import Path

from mpmath import mp, mpf

OUT = Path(__file__).parent / "../resources/io/leibniz/compile/lane"
WEYL = (0x9E3779B97F4A7C15,), (0xC13FA9A902A6328F, 0x91E10DA5C79E7B1D)  # the golden ratio; the root of g^3 = g + 1
MAX, MIN = float.fromhex("0x1.fffffffffffffp1023"), 5e-324
LN2 = mp.log(2)


def place(x):
    bits = struct.unpack("<q", struct.pack("<d", x))[0]
    return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def double(place):
    return struct.unpack("<d", struct.pack("<Q", place if place >= 0 else -place | 1 << 63))[0]


def fine(v):
    """256 times the place of |v|."""
    v = abs(v)
    if v == 0:
        return 0
    _, man, exp, count = v._mpf_
    e = max(exp + count - 1, -1022)
    shift = exp - (e - 52) + 8
    q = int(man) << shift if shift >= 0 else int(man) >> -shift
    return min(((e + 1022) << 60) + q, 0x7FF << 60)


def log1p_exp(x):
    return mp.log1p(mp.exp(x))


FUNCTIONS = {
    "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p, "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10), "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "tanh": mp.tanh,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": log1p_exp, "sech": mp.sech, "sinh": mp.sinh, "cosh": mp.cosh,
    "gauss": lambda x: mp.exp(-x * x), "erf": mp.erf, "erfc": mp.erfc, "asinh": mp.asinh, "acosh": mp.acosh,
    "atanh": mp.atanh, "rsqrt": lambda x: 1 / mp.sqrt(x), "one_minus_square": lambda x: 1 - x * x, "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "atan": mp.atan, "asin": mp.asin, "acos": mp.acos,
    "pow": lambda x, y: mp.power(x, y), "xlogy": lambda x, y: x * mp.log(y), "atan2": mp.atan2, "hypot": mp.hypot,
}

TINY = [(400, MIN, 1e-5), (100, -1e-5, -MIN)]


def around(x, n, by=1e-3):
    return [(n, x - by, x + by), (n, x * (1 - 1e-12), x * (1 + 1e-12))]


POINTS = {
    "exp": TINY + [(1500, 1e-5, 709.78), (1500, -745.13, -1e-5), (500, 600.0, 709.78), (500, -745.2, -700.0), (500, 0.1, 2.0), (500, -2.0, -0.1)],
    "expm1": TINY + [(1500, 1e-5, 709.78), (1000, -40.0, -1e-5), (1000, 0.1, 2.0), (1000, -2.0, -0.1), (200, 700.0, 709.78)],
    "log": [(1500, MIN, MAX), (300, MIN, 1e-307), (1500, 0.5, 2.0), (700, 0.99, 1.01), (500, 1 - 1e-9, 1 + 1e-9)],
    "log2": [(1200, MIN, MAX), (200, MIN, 1e-307), (1000, 0.5, 2.0), (500, 0.99, 1.01), (300, 1 - 1e-9, 1 + 1e-9)],
    "log10": [(1200, MIN, MAX), (200, MIN, 1e-307), (1000, 0.5, 2.0), (500, 0.99, 1.01), (300, 1 - 1e-9, 1 + 1e-9)],
    "log1p": TINY + [(1200, 1e-5, MAX), (1000, 1e-5, 4.0), (1000, -0.9999999999, -1e-5), (500, -0.6, -0.1), (500, 0.1, 2.0), (100, -1 + 2.0 ** -53, -1 + 1e-10)],
    "sin": TINY + [(2500, 1e-5, 1e14), (700, -1e5, -1e-5), (1000, 0.5, 8.0)],
    "cos": TINY + [(2500, 1e-5, 1e14), (700, -1e5, -1e-5), (1000, 0.5, 8.0)],
    "tan": TINY + [(2500, 1e-5, 1e14), (700, -1e5, -1e-5), (1000, 0.5, 8.0)],
    "tanh": TINY + [(1500, 1e-5, 0.8), (300, -0.8, -1e-5), (1500, 0.3, 1.0), (1000, 0.6, 20.0)],
    "sigmoid": TINY + [(1000, 1e-5, 40.0), (2000, -745.2, -1e-5), (1000, -8.0, -0.1), (500, 0.1, 8.0)],
    "softplus": TINY + [(1000, 1e-5, 745.0), (1500, -745.2, -1e-5), (1000, -8.0, -0.1), (1000, 0.1, 8.0)],
    "sech": TINY + [(2000, 1e-5, 745.9), (500, -745.0, -1e-5), (1000, 0.3, 8.0), (300, 700.0, 745.9)],
    "sinh": TINY + [(1500, 1e-5, 710.4), (500, -710.4, -1e-5), (1500, 0.3, 3.0), (200, 709.0, 710.47)],
    "cosh": TINY + [(1500, 1e-5, 710.4), (500, -710.4, -1e-5), (1000, 0.3, 3.0), (200, 709.0, 710.47)],
    "gauss": TINY + [(2000, 1e-5, 27.29), (400, -27.29, -1e-5), (1000, 0.3, 8.0), (300, 26.0, 27.29)],
    "erf": TINY + [(1500, 1e-5, 1.2), (1500, 0.7, 6.0), (1000, 0.5, 1.5), (300, -3.0, -0.1)],
    "erfc": TINY + [(1500, 1e-5, 27.22), (1500, 0.3, 2.0), (1500, 1.0, 27.22), (500, -7.0, -1e-5), (300, 26.0, 27.22)],
    "asinh": TINY + [(1000, 1e-5, MAX), (1500, 1e-5, 10.0), (1000, 0.3, 3.0), (300, -MAX, -1e-5)],
    "acosh": [(1000, 1.0000000001, MAX), (1500, 1.0000000001, 10.0), (1500, 1 + 1e-5, 2.0), (500, 1 + 2.0 ** -52, 1 + 1e-5)],
    "atanh": TINY + [(2000, 1e-5, 0.9999), (1500, 0.3, 1 - 2.0 ** -53), (500, -0.999, -0.1)],
    "rsqrt": [(1500, MIN, MAX)],
    "one_minus_square": [(1000, 1e-5, 1e10), (500, -2.0, -0.5)],
    "cbrt": [(1500, MIN, MAX), (500, -MAX, -MIN), (1000, 0.5, 8.0)],
    "atan": TINY + [(1500, 1e-5, 1e3), (500, 1.0, MAX), (1500, 0.2, 5.0), (300, -5.0, -0.2)],
    "asin": TINY + [(1500, 1e-5, 1.0), (1500, 0.3, 1 - 2.0 ** -53), (500, -0.999, -0.1)],
    "acos": TINY + [(1500, 1e-5, 1.0), (1500, 0.3, 1 - 2.0 ** -53), (1000, -1 + 2.0 ** -53, -0.1)],
    "pow": [(1500, MIN, MAX, -2.0, 2.0), (1500, 0.01, 100.0, -150.0, 150.0), (1500, 0.5, 2.0, -1000.0, 1000.0),
            (1000, 0.999, 1.001, -7e5, 7e5), (500, 1e-3, 1e3, 0.1, 5.0), (500, 1 - 1e-9, 1 + 1e-9, -7e11, 7e11)],
    "xlogy": [(700, 0.01, 100.0, MIN, MAX), (700, -100.0, -0.01, 0.5, 2.0)],
    "atan2": [(1000, 0.01, 100.0, 0.01, 100.0), (700, -100.0, -0.01, -100.0, -0.01), (700, -MAX, MAX, -MAX, MAX)],
    "hypot": [(700, 0.01, 100.0, 0.01, 100.0), (700, -MAX / 2, MAX / 2, -MAX / 2, MAX / 2)],
}

NEEDED = {"sin", "cos", "tan"}  # plus dense points beside the zeros
for name in NEEDED:
    step = float(mp.pi / 2)
    for k in (1, 2, 3, 4, 5, 6, 7, 22, 355, 710, 10 ** 4, 10 ** 6):
        at = float(mp.pi / 2 * k)
        POINTS[name].append((60, at * (1 - 1e-7), at * (1 + 1e-7)))
        POINTS[name].append((9, at * (1 - 4e-16), at * (1 + 4e-16)))


def value(f, x):
    small = max([0] + [-mp.mag(abs(v)) for v in x if v != 0])
    mp.prec = 230 + 2 * small + max([0] + [min(mp.mag(abs(v)), 1100) for v in x if v != 0])
    return f(*x)


def main():
    lines, data = [], bytearray()
    for name, segments in POINTS.items():
        for n, *bounds in segments:
            ends = [(place(lo), place(hi)) for lo, hi in zip(bounds[::2], bounds[1::2])]
            assert all(lo < hi for lo, hi in ends), (name, bounds)
            lines.append(",".join([name, str(2 * n)] + [b.hex() for b in bounds]))
            n *= 2
            weyl = WEYL[len(ends) - 1]
            for i in range(1, n + 1):
                x = [mpf(double(lo + ((hi - lo) * (i * w % 2 ** 64) >> 64))) for (lo, hi), w in zip(ends, weyl)]
                data += struct.pack("<H", fine(value(FUNCTIONS[name], x)) % 65536)
    (OUT / "elementary.csv").write_text("\n".join(lines) + "\n")
    (OUT / "elementary.bin").write_bytes(data)
    print(len(data))


main()
