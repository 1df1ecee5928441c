"""Minimax fits, by Remez' exchange: polynomials and quotients of polynomials."""

from mpmath import mp, mpf, matrix, lu_solve


def remez(f, lo, hi, degree, weight=lambda x: mpf(1), under=0, rounds=20):
    """Coefficients (p, q), ascending, q[0] = 1, that make the largest |weight (f - p/q)| on [lo, hi] least,
    and that largest error. For under = 0 it is a polynomial; f, weight: exact functions.
    """
    lo, hi = mpf(lo), mpf(hi)
    m, n = degree, under
    count = m + n + 2
    grid = [lo + (hi - lo) * (1 - mp.cos(mp.pi * (2 * j + 1) / 800)) / 2 for j in range(400)]
    grid = [x for x in grid if abs(weight(x)) > mpf(10) ** -30]
    fs = [f(x) for x in grid]
    ws = [weight(x) for x in grid]
    at = [round(j * (len(grid) - 1) / (count - 1)) for j in range(count)]
    error = mpf(0)
    for _ in range(rounds):
        for _ in range(8 if n else 1):  # the level appears in products with q
            a, b = matrix(count, count), matrix(count, 1)
            for row, j in enumerate(at):
                x, s = grid[j], (-1) ** row / ws[j]
                for i in range(m + 1):
                    a[row, i] = x ** i
                level = fs[j] - s * error
                for i in range(1, n + 1):
                    a[row, m + i] = -level * x ** i
                a[row, m + n + 1] = s
                b[row] = fs[j]
            solved = lu_solve(a, b)
            p = [solved[i] for i in range(m + 1)]
            q = [mpf(1)] + [solved[m + i] for i in range(1, n + 1)]
            error = solved[m + n + 1]
        errs = [w * (y - mp.polyval(p[::-1], x) / mp.polyval(q[::-1], x)) for x, y, w in zip(grid, fs, ws)]
        # extrema between changes of sign
        best, sign = [], 0
        for j, e in enumerate(errs):
            s = 1 if e > 0 else -1
            if s != sign:
                best.append(j)
                sign = s
            elif abs(e) > abs(errs[best[-1]]):
                best[-1] = j
        while len(best) > count:
            best.pop(0 if abs(errs[best[0]]) < abs(errs[best[-1]]) else -1)
        if len(best) < count or best == at:
            break
        at = best
    return p, q, max(abs(e) for e in errs)

