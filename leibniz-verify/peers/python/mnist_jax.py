"""784-30-10 on MNIST in JAX: sigmoid, quadratic cost, SGD, batch 10, lr 3. A step is an epoch, with the test after it.

`mnist_jax.py WORK THREADS DATA`; WORK is train-mnist-loop, one jitted step in a Python loop, or train-mnist-scan, a
whole epoch under one jit. The first step compiles both, on a network that is thrown away.
"""
from contest import THREADS, WORK, needed, serve

import gzip
import os
import struct
import sys

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=%s intra_op_parallelism_threads=%d" % (
    "true" if THREADS > 1 else "false",
    THREADS,
)
os.environ["JAX_PLATFORMS"] = "cpu"
jax = needed("jax", "jax==0.10.2")
import jax.numpy as jnp
import numpy as np


def idx(name):
    with gzip.open(os.path.join(sys.argv[3], name)) as file:
        b = file.read()
    rank = b[3]
    shape = struct.unpack(">%dI" % rank, b[4 : 4 + 4 * rank])
    return np.frombuffer(b, np.uint8, offset=4 + 4 * rank).reshape(shape)


pixels = lambda name: (idx(name).reshape(-1, 784) / np.float32(255)).astype(np.float32)
x = pixels("train-images-idx3-ubyte.gz")
y = np.eye(10, dtype=np.float32)[idx("train-labels-idx1-ubyte.gz")]
test_x = jnp.asarray(pixels("t10k-images-idx3-ubyte.gz"))
test_y = idx("t10k-labels-idx1-ubyte.gz")

rng = np.random.default_rng(1)
normal = lambda s, *d: jnp.asarray(s * rng.standard_normal(d), jnp.float32)
fresh = lambda: [normal(784**-0.5, 784, 30), jnp.zeros(30), normal(30**-0.5, 30, 10), jnp.zeros(10)]
sig = jax.nn.sigmoid
out = lambda P, x: sig(sig(x @ P[0] + P[1]) @ P[2] + P[3])
loss = lambda P, x, y: 0.5 * ((out(P, x) - y) ** 2).sum() / x.shape[0]


def descent(P, batch):
    return [w - 3.0 * d for w, d in zip(P, jax.grad(loss)(P, *batch))], None


one = jax.jit(lambda P, x, y: descent(P, (x, y))[0], donate_argnums=(0,))
scan = jax.jit(lambda P, x, y: jax.lax.scan(descent, P, (x, y))[0], donate_argnums=(0,))
test = jax.jit(out)


def epoch(P):
    order = rng.permutation(60000)
    xs, ys = x[order].reshape(6000, 10, 784), y[order].reshape(6000, 10, 10)
    if WORK == "train-mnist-scan":
        return scan(P, xs, ys)
    for i in range(6000):
        P = one(P, xs[i], ys[i])
    return P


def accuracy(P):
    return (np.asarray(test(P, test_x)).argmax(1) == test_y).mean()


params = None


def step():
    global params
    if params is None:
        if WORK == "train-mnist-scan":
            value = accuracy(epoch(fresh()))
        else:
            value = accuracy(one(fresh(), x[:10], y[:10]))
        params = fresh()
        return value
    params = epoch(params)
    return accuracy(params)


serve(step, lambda: jax.block_until_ready(params))
