"""What NumPy gives, for the tests of the façade: python3 numpy_cases.py > ../resources/io/leibniz/numpy_cases.txt

A case is a few lines and ends with an empty one:

    op sum axis=-1 keepdims=1
    in f64[2,3] 1.0 2.0 3.0 4.0 5.0 6.0      or "arange" for 0.0 1.0 2.0 …
    out f64[2,1] 6.0 15.0            or "out error" where NumPy raises; lines "| …" where text is expected
"""

import itertools
import warnings

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
NAMES = {"float64": "f64", "float32": "f32", "int64": "i64", "int32": "i32", "bool": "bool"}
nan, inf = np.nan, np.inf


def tensor(a):
    a = np.asarray(a)
    numbers = [repr(x) for x in a.ravel().tolist()]
    if a.dtype == np.float32:
        numbers = [str(x) for x in a.ravel()]
    shape = ",".join(map(str, a.shape))
    if a.size > 8 and a.dtype != bool and np.array_equal(a.ravel(), np.arange(a.size)):
        numbers = ["arange"]
    return " ".join([f"{NAMES[a.dtype.name]}[{shape}]"] + numbers)


def case(op, f, *ins, **args):
    print(" ".join(["op", op] + [f"{k}={text(v)}" for k, v in args.items() if v is not None]))
    for x in ins:
        print("in", tensor(x))
    try:
        y = f()
        if isinstance(y, str):
            print("\n".join("| " + line for line in y.split("\n")))
        else:
            print("out", tensor(y))
    except (ValueError, IndexError):
        print("out error")
    print()


def text(v):
    if isinstance(v, (tuple, list)):
        return ",".join(map(str, v))
    if isinstance(v, bool):
        return str(int(v))
    return str(v)


def draw(*shape):
    return np.round(rng.normal(size=shape), 2)


# ---- printing

F = np.float64
f32 = np.float32
PRINTED = {
    "scalar": [
        F(0), F(1), F(-2.5), F(1 / 3), F(1e8), F(1e16), F(1e17), F(1e-4), F(1e-5), F(nan), F(-inf), F(123456.789),
        f32(0.1), f32(1 / 3), np.int64(-7), np.int32(3), np.bool_(True),
    ],
    "fixed": [
        np.array([1.0, 2.0, 3.0]), np.array([1.5, -2.25, 3.0]), np.array([-1.0, 10.0, 100.0]), np.array([-0.0, 0.0]), np.array([0.0, 0.0]),
        np.array([0.1, 0.12, 0.123456789012]), np.array([1 / 3, 2 / 3]), np.array([np.pi, 1000.0]), np.array([1.0, 999.0]), np.array([1e7, 2e7]), np.array([12345.678901234, 100.0]),
    ],
    "exponent": [
        np.array([9e-5, 9e-4]), np.array([1e8, 2e8]), np.array([1e100]), np.array([5e-324]), np.array([1.7976931348623157e308]), np.array([1e-5, -2.5e-6]), np.array([0.0, 1e-10]), np.array([0.0, 1e10]), np.array([12345678.9, 123456789.0]),
    ],
    "range": [
        np.array([1e-4, 1.0]), np.array([9e-5, 1.0]), np.array([1.0, 1001.0]), np.array([1.0, 2000.0]), np.array([0.5, 600.0]), np.array([12345678.9, 1.0]), np.array([1e-300, 1e300]),
    ],
    "special": [
        np.array([nan, 1.0]), np.array([nan, -1.5]), np.array([inf, -inf, nan, 0.0]), np.array([nan, nan]), np.array([inf, -inf]), np.array([inf, 1e10]), np.array([1.0, nan, 1e-7]),
    ],
    "integer": [np.array([1, 2, 3]), np.array([-1, 10, 100]), np.array([2**62, -1]), np.array([1, -2], dtype=np.int32), np.array([0])],
    "bool": [np.array([True, False]), np.array([False, False]), np.array([[True, False], [False, True]])],
    "nested": [
        np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.5, -2.25], [100.0, 0.125]]), np.array([[1, 20], [-300, 4]]), np.array([[7.0]]), np.array([[[7.0]]]), np.array([[1.0], [2.0]]),
        np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.5]]]), np.arange(8).reshape(2, 2, 2), np.arange(16).reshape(2, 2, 2, 2),
    ],
    "float32": [
        np.array([0.1, 0.2, 1 / 3], dtype=f32), np.array([1e8, 1.5e8], dtype=f32), np.array([1e-5, 2e-5], dtype=f32), np.array([0.1 + 0.2, 0.3], dtype=f32),
        np.array([16777216.0, 123456.7], dtype=f32), np.array([[0.1, 2.0]], dtype=f32), np.array([nan, 0.1], dtype=f32), np.array([3.4028235e38], dtype=f32),
    ],
    "empty": [np.array([]), np.zeros((0,), dtype=np.int64)],
    "long": [
        np.arange(30), np.arange(30.0), np.arange(200), np.linspace(0, 1, 40), np.arange(60).reshape(2, 30), np.arange(60.0).reshape(2, 30) / 7, np.tile([True, False], 20),
        np.arange(24), np.arange(25), np.arange(26) - 25, np.arange(72.0).reshape(2, 2, 18),
    ],
    "summary": [
        np.arange(1001), np.arange(1001.0), np.arange(2000).reshape(40, 50), np.arange(2000).reshape(2, 1000), np.arange(2000).reshape(1000, 2), np.arange(1200).reshape(6, 200),
        np.arange(1001.0).reshape(1, 1001), np.arange(2000).reshape(4, 5, 100), np.arange(1400).reshape(7, 200), np.concatenate([np.zeros(499), [1e-9], np.zeros(501)]),
    ],
}
for kind, arrays in PRINTED.items():
    for a in arrays:
        case("print", lambda: str(a), a, kind=kind)

# ---- slicing: from:to:step for each axis, a single place drops its axis

ends = [None, 0, 1, 3, 5, 6, 9, -1, -3, -5, -6, -9]
X = np.arange(5)
for lo, hi, step in itertools.product(ends, ends, [None, 1, 2, 3, 7, -1, -2, -3, -7]):
    if step in (None, 1, -1) or rng.random() < 0.3:
        show = ":".join("" if v is None else str(v) for v in (lo, hi, step))
        case("slice", lambda: X[lo:hi:step], X, at=show)
for i in (0, 4, -1, -5, 5, -6):
    case("slice", lambda: X[i], X, at=i)
M = np.arange(24).reshape(2, 3, 4)
for at in ["0", "-1", "1,2", "1,2,3", "1,-1,-4", ":,1", ":,:,2", "::-1,::-1,::-1", "1:,:2,::2", "0,::-2", ":,0:0", "2:,1", "1,::-1,3", "-2:,-2:,-2:", "2", ":,3", ":,:,-5"]:
    index = tuple(slice(*[int(v) if v else None for v in p.split(":")]) if ":" in p else int(p) for p in at.split(","))
    case("slice", lambda: M[index], M, at=at)
for at in [":", "::-1", "1:3", "0", "-1"]:
    index = slice(*[int(v) if v else None for v in at.split(":")]) if ":" in at else int(at)
    E = np.zeros((0, 2))
    case("slice", lambda: E[index], E, at=at)

# ---- broadcasting

SHAPES = [(), (1,), (3,), (2, 3), (2, 1), (1, 3), (4, 2, 3), (4, 1, 1), (1, 1, 1), (0,), (0, 3), (2, 0), (4,)]
for s, t in itertools.product(SHAPES, SHAPES):
    a, b = draw(*s), draw(*t)
    case("plus", lambda: a + b, a, b)
for s, t in [((3,), (2, 3)), ((2, 1), (2, 3)), ((), (2, 2)), ((3,), (3, 1)), ((2, 3), (3,)), ((1,), (0,)), ((2,), (2, 3)), ((1, 3), (4, 2, 3))]:
    a = draw(*s)
    case("broadcastTo", lambda: np.broadcast_to(a, t), a, shape=t)
P = np.array([True, False, True])
for s, t in [((), ()), ((3,), (2, 1)), ((2, 3), (1,)), ((2,), (3,))]:
    a, b = draw(*s), draw(*t)
    case("where", lambda: np.where(P, a, b), P, a, b)

# ---- reductions

A = draw(2, 3, 4)
AXES = [None, 0, 1, 2, -1, -2, -3, (0, 2), (-1, 0), (0, 1, 2), 3, -4]
for axis, keep in itertools.product(AXES, [False, True]):
    for op, f in [("sum", np.sum), ("mean", np.mean), ("prod", np.prod), ("max", np.max), ("min", np.min)]:
        case(op, lambda: f(A, axis=axis, keepdims=keep), A, axis=axis, keepdims=keep)
    for ddof in (0, 1):
        case("variance", lambda: np.var(A, axis=axis, keepdims=keep, ddof=ddof), A, axis=axis, keepdims=keep, ddof=ddof)
    for op, f in [("any", np.any), ("all", np.all)]:
        case(op, lambda: f(A > 0.2, axis=axis, keepdims=keep), A > 0.2, axis=axis, keepdims=keep)
for shape, axis in itertools.product([(0,), (0, 3), (2, 0)], [None, 0, -1]):
    Z = np.zeros(shape)
    for op, f in [("sum", np.sum), ("prod", np.prod), ("max", np.max), ("min", np.min), ("any", np.any), ("all", np.all)]:
        case(op, lambda: f(Z, axis=axis), Z, axis=axis)
    if axis is not None:
        case("argmax", lambda: np.argmax(Z, axis=axis), Z, axis=axis)
for x in [F(3.5), np.array([nan, 1.0, 2.0]), np.array([1.0, nan, -inf]), np.array([3, -4, 5]), np.array([7, 7], dtype=np.int32), np.array([0.5, 1e16, -1e16])]:
    for op, f in [("sum", np.sum), ("prod", np.prod), ("max", np.max), ("min", np.min)]:
        case(op, lambda: np.asarray(f(x)).astype(x.dtype), x)
case("sum", lambda: np.sum([True, True, False]), np.array([True, True, False]))
TIES = [[1.0, 3.0, 3.0, 2.0], [3.0, nan, 5.0, nan], [nan, nan], [-0.0, 0.0], [0.0, -0.0], [-inf, -inf], [inf, nan], [2.0, 1.0, 1.0, 2.0]]
for t in TIES:
    x = np.array(t)
    case("argmax", lambda: np.argmax(x), x, axis=0)
    case("argmin", lambda: np.argmin(x), x, axis=-1)
for axis in (0, 1, 2, -1, 3):
    case("argmax", lambda: np.argmax(A, axis=axis), A, axis=axis)
    case("argmin", lambda: np.argmin(A, axis=axis), A, axis=axis)
case("argmax", lambda: np.argmax([4, 9, 9]), np.array([4, 9, 9]), axis=0)
for axis in (0, 1, -1, -3, 3):
    case("cumsum", lambda: np.cumsum(A, axis=axis), A, axis=axis)
    case("cumprod", lambda: np.cumprod(A, axis=axis), A, axis=axis)
for x in [np.array([1, 2, 3]), np.array([2.0, 0.0, 5.0, 0.0]), np.array([1.0, nan, 2.0]), np.array([]), np.arange(1.0, 8)]:
    case("cumsum", lambda: np.cumsum(x), x, axis=0)
    case("cumprod", lambda: np.cumprod(x), x, axis=0)
for x, axis in [(draw(4, 3), None), (draw(4, 3), 0), (draw(2, 3, 2), (0, 2)), (np.zeros(3), 0)]:
    case("norm", lambda: np.sqrt(np.sum(x * x, axis=axis)), x, axis=axis)
    case("logSumExp", lambda: np.logaddexp.reduce(x.reshape(-1)) if axis is None else np.log(np.sum(np.exp(x), axis=axis)), x, axis=axis)
case("logSumExp", lambda: F(-inf), np.array([-inf, -inf]), axis=0)
case("logSumExp", lambda: F(inf), np.array([inf, 1.0]), axis=0)
case("logSumExp", lambda: F(1000 + np.log(2)), np.array([1000.0, 1000.0]), axis=0)
case("softmax", lambda: np.array([0.5, 0.5, 0.0]), np.array([1000.0, 1000.0, -1000.0]), axis=0)

# ---- sorting

SORTED = TIES + [[3.0, 1.0, 2.0], [1.0, 1.0, 1.0, 0.0, 1.0], [nan, 1.0, nan, -inf, inf, 0.0], [2.0, -0.0, 0.0, -0.0, 1.0], []]
for t in SORTED:
    x = np.array(t)
    case("argsort", lambda: np.argsort(x, kind="stable"), x, axis=0)
    case("sort", lambda: np.sort(x, kind="stable"), x, axis=0)
for axis in (0, 1, -1, 2):
    x = rng.integers(0, 3, size=(3, 5, 2))
    case("argsort", lambda: np.argsort(x, axis=axis, kind="stable"), x, axis=axis)
    case("sort", lambda: np.sort(x, axis=axis, kind="stable"), x, axis=axis)
x = np.array([2.0, 9.0, 4.0, 9.0, 1.0])
case("topkIndices", lambda: np.argsort(-x, kind="stable")[:3], x, k=3)
case("topkValues", lambda: np.sort(x)[::-1][:3], x, k=3)

# ---- places

B = draw(3, 4)
for index, axis in [([0, 2], 0), ([2, 0, 2], 0), ([[0, 1], [3, 3]], 1), ([1], -1), (2, 0), (3, 1), ([], 0), ([3], 0), ([[1]], -2)]:
    i = np.array(index, dtype=np.int64)
    case("take", lambda: np.take(B, i, axis=axis), B, i, axis=axis)
for axis, i in [(0, rng.integers(0, 3, (2, 4))), (1, rng.integers(0, 4, (3, 5))), (-1, rng.integers(0, 4, (3, 1)))]:
    case("takeAlong", lambda: np.take_along_axis(B, i, axis=axis), B, i, axis=axis)
def added(x, i, u):
    y = x.copy()
    np.add.at(y, i, u)
    return y
for i, shape in [(np.array([0, 2, 0]), (3, 4)), (np.array([[1, 1], [2, 1]]), (2, 2, 4)), (np.array([], dtype=np.int64), (0, 4))]:
    u = draw(*shape)
    case("scatterAdd", lambda: added(B, i, u), B, i, u)

# ---- movement

for k in (-5, -2, -1, 0, 1, 2, 5):
    case("tril", lambda: np.tril(B, k), B, k=k)
    case("triu", lambda: np.triu(B, k), B, k=k)
case("tril", lambda: np.tril(A, 0), A, k=0)
case("triu", lambda: np.triu(A, 1), A, k=1)
for s, d in [((2, 12), None), ((-1,), None), ((4, -1), None), ((3, 2, 4), None), ((5, -1), None), ((1, 24, 1), None), ((7, 2), None)]:
    case("reshape", lambda: A.reshape(s), A, shape=s)
for order in [(0, 1, 2), (2, 0, 1), (-1, 0, 1), (1, 2, 0), (0, 0, 1)]:
    case("transpose", lambda: A.transpose(order), A, axis=order)
case("transpose", lambda: A.T, A)
for f, t in itertools.product((0, 1, -1), (0, 2, -2)):
    case("moveAxis", lambda: np.moveaxis(A, f, t), A, axis=(f, t))
for axis in (0, 1, 3, -1, -2, -4, 4):
    case("expand", lambda: np.expand_dims(A, axis), A, axis=axis)
S = draw(1, 3, 1)
for axis in (None, 0, 2, -1, (0, 2), 1):
    case("squeeze", lambda: np.squeeze(S, axis), S, axis=axis)
for axis in (0, 1, -1, (0, 2)):
    case("flip", lambda: np.flip(A, axis), A, axis=axis)
for axis, t in [(0, (1, 4)), (1, (3, 2)), (-1, (3, 0)), (0, (2, 3)), (2, (3, 4))]:
    y = draw(*t)
    case("concat", lambda: np.concatenate([B, y], axis), B, y, axis=axis)
for axis in (0, 1, 2, -1, -3, 3):
    y = draw(3, 4)
    case("stack", lambda: np.stack([B, y], axis), B, y, axis=axis)
case("pad", lambda: np.pad(B, [(1, 0), (2, 3)]), B, low=(1, 2), high=(0, 3))
for f, t, n in [(0, 1, 5), (1, 0, 3), (-2, 2, 1), (0, 0.7, 8), (3, 3, 2), (0, 1, 0)]:
    case("linspace", lambda: np.linspace(f, t, n), between=(float(f), float(t)), n=n)
for n in (0, 1, 5):
    case("arange", lambda: np.arange(n), n=n)
    case("eye", lambda: np.eye(n), n=n)

# ---- matmul of all ranks, outer, einsum

SIDES = [(), (3,), (3, 3), (2, 3), (3, 2), (4, 3, 3), (4, 2, 3), (4, 3, 2), (1, 3, 3), (5, 1, 2, 3), (5, 4, 3, 2), (0,), (0, 3), (3, 0), (2,), (5, 3, 3)]
for s, t in itertools.product(SIDES, SIDES):
    a, b = draw(*s), draw(*t)
    case("matmul", lambda: np.matmul(a, b), a, b)
a, b = draw(3), draw(4)
case("outer", lambda: np.outer(a, b), a, b)
a, b = draw(2, 3), draw(2, 3)
case("dot", lambda: np.sum(a * b), a, b)
EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij,kj->ki", (2, 3), (4, 3)), ("ij->ji", (2, 3)), ("ba", (2, 3)), ("ij->", (2, 3)),
    ("ij->j", (2, 3)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("iij->j", (3, 3, 2)), ("iji->j", (3, 2, 3)), ("iii->i", (2, 2, 2)), ("iii", (2, 2, 2)), ("ijij->ij", (2, 3, 2, 3)), ("ijij", (2, 3, 2, 3)),
    ("i,i", (3,), (3,)), ("i,j", (3,), (2,)), ("i,j->ji", (3,), (2,)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("bij,jk->bik", (2, 3, 4), (4, 5)),
    ("bhte,bhse->bhts", (2, 2, 3, 4), (2, 2, 5, 4)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("i,ij,j->", (2,), (2, 3), (3,)), ("i,i,i->i", (3,), (3,), (3,)),
    ("a,b,c->abc", (2,), (3,), (2,)), ("ij,ik->", (2, 3), (2, 4)), ("ij,kl->", (2, 3), (4, 2)), ("ii,ij->j", (3, 3), (3, 2)), ("ij,ij->ij", (2, 3), (2, 3)), (",i->i", (), (3,)), ("->", ()), ("i->i", (3,)),
    ("ij , jk -> ik", (2, 3), (3, 4)), ("Ab,bC->AC", (2, 3), (3, 4)), ("Ab,bC", (2, 3), (3, 4)), ("ij,jk->ki", (0, 3), (3, 4)), ("ij,jk->ik", (2, 0), (0, 4)),
    ("ij,jk->ik", (2, 3), (4, 4)), ("ij->ijk", (2, 3)), ("ij->ii", (2, 3)), ("ij,jk->ik", (2, 3)), ("ijk->ij", (2, 3)), ("ii->i", (2, 3)), ("ij,ij->i", (2, 3), (2, 4)), ("i1->i", (2, 3)),
]
for formula, *shapes in EINSUMS:
    xs = [draw(*s) for s in shapes]
    case("einsum", lambda: np.einsum(formula, *xs), *xs, formula=formula.replace(" ", "_"))

# ---- elementwise, where C and Java agree

W = np.array([0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -1.5, 3.49, nan, inf, -inf, 1e300])
for op, f in [("round", np.round), ("floor", np.floor), ("ceil", np.ceil), ("sign", np.sign), ("abs", np.abs), ("sqrt", np.sqrt), ("exp", np.exp), ("log1p", np.log1p), ("isNaN", np.isnan), ("isFinite", np.isfinite), ("square", np.square), ("neg", np.negative)]:
    case(op, lambda: f(W), W)
U, V = np.meshgrid(W, W)
for op, f in [("maximum", np.maximum), ("minimum", np.minimum), ("atan2", np.arctan2), ("hypot", np.hypot), ("over", np.divide), ("rem", np.fmod), ("lt", np.less), ("le", np.less_equal), ("eq", np.equal), ("ne", np.not_equal), ("gt", np.greater), ("ge", np.greater_equal)]:
    case(op, lambda: f(U, V), U, V)
case("clamp", lambda: np.clip(W, -1, 1), W, between=(-1.0, 1.0))
I = np.array([0, 1, -1, 5, -7, 2**40, -(2**63), 2**63 - 1])
K = np.array([0, 1, 2, 3, 7, 20, 40, 63])
for op, f in [("shl", np.left_shift), ("shr", np.right_shift)]:
    case(op, lambda: f(I, K), I, K)
case("ushr", lambda: np.right_shift(I.view(np.uint64), K.astype(np.uint64)).view(np.int64), I, K)
for op, f in [("and", np.bitwise_and), ("or", np.bitwise_or), ("xor", np.bitwise_xor)]:
    case(op, lambda: f(I, K), I, K)
case("not", lambda: ~I, I)
case("times", lambda: I * I, I, I)

# ---- linear algebra: well conditioned, so that digits can be compared


def regular(*shape):
    return draw(*shape) + 4 * np.eye(shape[-1])


def positive(*shape):
    a = draw(*shape)
    return a @ np.swapaxes(a, -1, -2) + np.eye(shape[-1])


SQUARE = [(0, 0), (1, 1), (2, 2), (3, 3), (6, 6), (3, 2, 2), (2, 1, 4, 4), (0, 3, 3)]
for s in SQUARE:
    a, p = regular(*s), positive(*s)
    case("cholesky", lambda: np.linalg.cholesky(p), p)
    case("inverse", lambda: np.linalg.inv(a), a)
    case("det", lambda: np.linalg.det(a), a)
    case("signDet", lambda: np.linalg.slogdet(-a).sign, -a)
    case("logdet", lambda: np.linalg.slogdet(a).logabsdet, a)
for s in [(3,), (2, 3), (4, 2, 3)]:
    a = draw(*s)
    for op, f in [("cholesky", np.linalg.cholesky), ("inverse", np.linalg.inv), ("det", np.linalg.det)]:
        case(op, lambda: f(a), a)
a, p = regular(4, 4).astype(f32), positive(4, 4).astype(f32)
case("cholesky", lambda: np.linalg.cholesky(p), p)
case("inverse", lambda: np.linalg.inv(a), a)
case("logdet", lambda: np.linalg.slogdet(a).logabsdet, a)
case("solve", lambda: np.linalg.solve(a, a[0]), a, a[0])
SYSTEMS = [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((3, 3), (4, 3, 2)), ((4, 3, 3), (3, 2)), ((4, 3, 3), (4, 3, 2)), ((2, 1, 3, 3), (5, 3, 1)), ((4, 3, 3), (3,)), ((1, 1), (1,)), ((1, 1), (1, 3)),
    ((0, 0), (0,)), ((0, 0), (0, 2)), ((3, 3), (3, 0)), ((0, 3, 3), (0, 3, 2)), ((7, 7), (7, 3)), ((3, 3), (2, 1, 3, 2)), ((1, 3, 3), (2, 3, 2)),
    ((3, 3), (2,)), ((3, 3), (2, 3)), ((3, 3), ()), ((4, 3, 3), (5, 3, 2)), ((3, 4), (3, 2)), ((3,), (3,)),
]
for s, t in SYSTEMS:
    a = regular(*s) if len(s) > 1 and s[-1] == s[-2] else draw(*s)
    b = draw(*t)
    case("solve", lambda: np.linalg.solve(a, b), a, b)
    for lower, transposed in itertools.product([False, True], [False, True]):
        def triangular():
            if a.ndim < 2:
                raise ValueError("a vector")
            x = np.tril(a) if lower else np.triu(a)
            return np.linalg.solve(np.swapaxes(x, -1, -2) if transposed else x, b)

        case("triangularSolve", triangular, a, b, lower=lower, transposed=transposed)

# ---- factorisations: with the signs that make them unique


def qr(a):
    q, r = np.linalg.qr(a)
    sign = np.where(np.diagonal(r, axis1=-2, axis2=-1) < 0, -1, 1).astype(a.dtype)
    return q * sign[..., None, :], r * sign[..., :, None]


def sign(v):
    """Of each column's component of greatest magnitude."""
    if v.size == 0:
        return np.ones(v.shape[:-2] + v.shape[-1:], v.dtype)
    top = np.take_along_axis(v, np.argmax(np.abs(v), axis=-2, keepdims=True), axis=-2)[..., 0, :]
    return np.where(top < 0, -1, 1).astype(v.dtype)


def eigh(a):
    w, v = np.linalg.eigh(a)
    return w, v * sign(v)[..., None, :]


def svd(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    by = sign(u) if a.shape[-2] >= a.shape[-1] else sign(np.swapaxes(vt, -1, -2))
    return u * by[..., None, :], s, vt * by[..., :, None]


def factored(op, f, names, a):
    for i, name in enumerate(names):
        case(f"{op}.{name}", lambda: f(a)[i], a)


SHAPES = [(0, 0), (3, 0), (0, 3), (1, 1), (2, 2), (4, 4), (5, 2), (2, 5), (1, 3), (3, 1), (3, 3, 2), (3, 2, 3), (2, 1, 3, 3), (0, 3, 2)]
for s in SHAPES:
    a = draw(*s)
    factored("qr", qr, ["q", "r"], a)
    factored("svd", svd, ["u", "s", "vt"], a)
    case("pinv", lambda: np.linalg.pinv(a), a)
    if s[-1] == s[-2]:
        factored("eigh", eigh, ["values", "vectors"], a + np.swapaxes(a, -1, -2))
    if a.size:
        case("spectralNorm", lambda: np.linalg.norm(a, 2, axis=(-2, -1)), a)
        case("nuclearNorm", lambda: np.linalg.norm(a, "nuc", axis=(-2, -1)), a)
for s in [(3,), ()]:
    a = draw(*s)
    for op, f in [("qr.q", np.linalg.qr), ("eigh.values", np.linalg.eigh), ("svd.s", np.linalg.svd)]:
        case(op, lambda: f(a), a)
case("eigh.values", lambda: np.linalg.eigh(draw(2, 3)), draw(2, 3))
a = draw(4, 3).astype(f32)
factored("qr", qr, ["q", "r"], a)
factored("svd", svd, ["u", "s", "vt"], a)
case("pinv", lambda: np.linalg.pinv(a), a)
factored("eigh", eigh, ["values", "vectors"], a[:3] + a[:3].T)
case("pinv", lambda: np.linalg.pinv(np.ones((3, 2))), np.ones((3, 2)))
for s, t in [((4, 2), (4,)), ((4, 2), (4, 3)), ((2, 4), (2,)), ((2, 4), (2, 3)), ((3, 3), (3,)), ((4, 2), (3,)), ((4,), (4,))]:
    a, b = draw(*s), draw(*t)
    case("lstsq", lambda: np.linalg.lstsq(a, b)[0], a, b)
