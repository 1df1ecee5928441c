"""Parameters and data of each work: the numbers of io.leibniz.verify.contest.Data."""
from contest import WORK, needed

np = needed("numpy", "numpy")


def _hash(stream, i):
    h = i + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
    h = (h ^ h >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    h = (h ^ h >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return h ^ h >> np.uint32(16)


def normal(stream, scale, *shape):
    """Of N(0, scale**2), by Box and Muller: each a hash of where it stands."""
    u = (_hash(stream, np.arange(2 * int(np.prod(shape)), dtype=np.uint32)) + 0.5) * 2.0**-32
    x = scale * np.sqrt(-2 * np.log(u[0::2])) * np.cos(2 * np.pi * u[1::2])
    return x.astype(np.float32).reshape(shape)


def one_hot(stream, rows, classes):
    x = np.zeros((rows, classes), np.float32)
    x[np.arange(rows), _hash(stream, np.arange(rows, dtype=np.uint32)) % classes] = 1
    return x


def layers(last, *sizes):
    """Matrices and biases in turn."""
    params = []
    for i in range(1, len(sizes)):
        params.append(normal(len(params), 0.04 if i == 1 else last, sizes[i - 1], sizes[i]))
        params.append(normal(len(params), 0.01, sizes[i]))
    return params


def examples(batch):
    return [normal(100, 1, batch, 784), one_hot(101, batch, 10)]


D = 256  # a transformer block: 8 sequences of 128, width 256, 8 heads


def block():
    params = [normal(i, 0.05, D, D) for i in range(4)]
    params += [normal(4, 0.05, D, 4 * D), normal(5, 0.03, 4 * D, D), normal(6, 1, D), normal(7, 0.01, D)]
    return params, [normal(100, 1, 8, 128, D)]


def start():
    """Parameters and data of the work."""
    return {
        "idle": lambda: ([normal(0, 1, 1)], []),
        "784-30-10": lambda: (layers(0.1, 784, 30, 10), examples(10)),
        "784-128-10": lambda: (layers(0.1, 784, 128, 10), examples(64)),
        "784-1024-1024-10": lambda: (layers(0.03, 784, 1024, 1024, 10), examples(256)),
        "transformer": block,
        "pointwise": lambda: ([normal(0, 1, 1_000_000), normal(1, 1, 1_000_000)], []),
        "rosenbrock": lambda: ([normal(0, 1, 100)], []),
        "rosenbrock-tensor": lambda: ([normal(0, 1, 100)], []),
    }[WORK]()
