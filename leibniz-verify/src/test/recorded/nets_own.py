"""Cases like those of nets_public.json for what none of these has: python3 nets_own.py > ../resources/corpus/nets_own.json

Losses are written from PyTorch's documentation, with numpy; gradients are Im f(x + ih) / h, which loses no digits.
"""

import json

import numpy as np

rng = np.random.default_rng(11)
cases = []


def draw(*shape):
    return np.round(rng.normal(size=shape), 4)


def size(z):
    return np.where(z.real < 0, -z, z)


def pos(z):
    return np.where(z.real > 0, z, 0)


def clip(z, lo, hi):
    return np.where(z.real < lo, lo, np.where(z.real > hi, hi, z))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softplus(z):
    return np.log(1 + np.exp(z))


def log_softmax(z):
    return z - np.log(np.sum(np.exp(z), -1, keepdims=True))


def softmax(z):
    return np.exp(log_softmax(z))


def record(a):
    kind = {"i": "int", "b": "bool"}.get(a.dtype.kind)
    out = {"shape": list(a.shape), "data": a.ravel().tolist()}
    return out | ({"dtype": kind} if kind else {})


def case(id, category, f, tensors, consts={}, attrs={}, formula="", stopped=()):
    """stopped: (tensor, flat place) whose gradient is 0 by definition."""
    y, out = f(**tensors, **consts)
    grads = {}
    for name, x in tensors.items():
        g = np.zeros(x.size)
        for i in range(x.size):
            if (name, i) in stopped:
                continue
            moved = x.astype(complex)
            moved.ravel()[i] += 1e-100j
            g[i] = f(**(tensors | {name: moved}), **consts)[0].imag / 1e-100
        grads[name] = record(g.reshape(x.shape))
    cases.append(dict(
        id=id, category=category, formula=formula, attrs=attrs, tensors={k: record(v) for k, v in tensors.items()},
        consts={k: record(v) for k, v in consts.items()}, loss=float(y), outputs={k: record(v) for k, v in out.items()}, grads=grads))


def projected(y, upstream):
    return np.sum(upstream * y), {"output": y}


# ---- activations, in a net of two layers

SELU, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
ACTIVATIONS = {
    "relu": (pos, {}),
    "relu6": (lambda z: clip(z, 0, 6), {}),
    "leaky_relu": (lambda z: np.where(z.real > 0, z, 0.2 * z), {"negative_slope": 0.2}),
    "celu": (lambda z: np.where(z.real > 0, z, 0.7 * (np.exp(z / 0.7) - 1)), {"alpha": 0.7}),
    "selu": (lambda z: SELU * np.where(z.real > 0, z, SELU_ALPHA * (np.exp(z) - 1)), {}),
    "gelu_tanh": (lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))), {}),
    "mish": (lambda z: z * np.tanh(softplus(z)), {}),
    "softplus": (lambda z: softplus(2 * z) / 2, {"beta": 2.0}),
    "softsign": (lambda z: z / (1 + size(z)), {}),
    "hardtanh": (lambda z: clip(z, -1, 1), {}),
    "hardsigmoid": (lambda z: clip(z / 6 + 0.5, 0, 1), {}),
    "hardswish": (lambda z: z * clip(z + 3, 0, 6) / 6, {}),
    "tanh": (np.tanh, {}),
    "tanhshrink": (lambda z: z - np.tanh(z), {}),
    "hardshrink": (lambda z: np.where(np.abs(z.real) > 0.5, z, 0), {}),
    "softshrink": (lambda z: np.where(z.real > 0.5, z - 0.5, np.where(z.real < -0.5, z + 0.5, 0)), {}),
    "sigmoid": (sigmoid, {}),
    "logsigmoid": (lambda z: -softplus(-z), {}),
}
for name, (g, attrs) in ACTIVATIONS.items():
    def net(x, W1, b1, W2, b2, y):
        out = g(x @ W1.T + b1) @ W2.T + b2
        return np.mean((out - y) ** 2), {"output": out}
    case(f"mlp_{name}", "dense", net, dict(x=3 * draw(5, 3), W1=draw(6, 3), b1=draw(6), W2=draw(2, 6), b2=draw(2)), dict(y=draw(5, 2)), attrs)

# ---- losses

OUT, Y = draw(4, 3), draw(4, 3)
for name, each, attrs in [
    ("mse", lambda e: e**2, {}),
    ("mse_sum", lambda e: e**2, {"reduction": "sum"}),
    ("mae", size, {}),
    ("smooth_l1", lambda e: np.where(size(e).real < 0.5, e**2, size(e) - 0.25), {"beta": 0.5}),
    ("log_cosh", lambda e: np.log(np.cosh(e)), {}),
    ("quantile", lambda e: np.where(e.real < 0, -0.3 * e, 0.7 * e), {"tau": 0.3}),
]:
    total = np.sum if "sum" in name else np.mean
    case(name, "loss", lambda out, y: (total(each(out - y)), {}), dict(out=OUT, y=Y), {}, attrs)
P, T = 1 / (1 + np.exp(-draw(4, 3))), (draw(4, 3) > 0).astype(float)
Z, W = draw(4, 3), np.array([0.5, 2.0, 1.25])
case("bce", "loss", lambda p, y: (np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)), {}), dict(p=P), dict(y=T))
case("bce_logits", "loss", lambda z, y: (np.mean(-y * np.log(sigmoid(z)) - (1 - y) * np.log(1 - sigmoid(z))), {}), dict(z=Z), dict(y=T))
case("bce_logits_pos_weight", "loss", lambda z, y, pos_weight: (np.mean(-pos_weight * y * np.log(sigmoid(z)) - (1 - y) * np.log(1 - sigmoid(z))), {}), dict(z=Z), dict(y=T, pos_weight=W))
L = np.array([2, 0, 1, 0])
N = np.arange(4)
case("nll", "loss", lambda logp, labels: (-np.mean(logp[N, labels]), {}), dict(logp=draw(4, 3)), dict(labels=L))
case("nll_weights", "loss", lambda logp, labels, class_weight: (-np.sum((class_weight * logp)[N, labels]) / np.sum(class_weight[labels]), {}), dict(logp=draw(4, 3)), dict(labels=L, class_weight=W))
case("ce_sum", "loss", lambda logits, labels: (-np.sum(log_softmax(logits)[N, labels]), {}), dict(logits=Z), dict(labels=L), formula="sum over the batch of logsumexp(z)-z[label]")
case("ce_sum_weights", "loss", lambda logits, labels, class_weight: (-np.sum((class_weight * log_softmax(logits))[N, labels]), {}), dict(logits=Z), dict(labels=L, class_weight=W), formula="sum_n w[label_n]*(logsumexp(z_n)-z_n[label_n])")
IGNORED = np.array([2, -100, 1, 0])
KEPT = np.array([0, 2, 3])
case("ce_ignore_index", "loss", lambda logits, labels: (-np.mean(log_softmax(logits)[KEPT, labels[KEPT]]), {}), dict(logits=Z), dict(labels=IGNORED), {"ignore_index": -100})
case("ce_ignore_class", "loss", lambda logits, labels: (-np.mean(log_softmax(logits)[[0, 2], labels[[0, 2]]]), {}), dict(logits=Z), dict(labels=L), {"ignore_index": 0})


def smoothed(logits, labels, class_weight):
    logp = class_weight * log_softmax(logits)
    return -(0.8 * np.sum(logp[N, labels]) + 0.2 / 3 * np.sum(logp)) / np.sum(class_weight[labels]), {}


case("ce_label_smoothing_weights", "loss", smoothed, dict(logits=Z), dict(labels=L, class_weight=W), {"label_smoothing": 0.2})
SOFT = softmax(draw(4, 3))
case("ce_soft", "loss", lambda logits, target: (-np.mean(np.sum(target * log_softmax(logits), -1)), {}), dict(logits=Z), dict(target=SOFT))
case("kl_div", "loss", lambda logits, p: (np.sum(p * (np.log(p) - log_softmax(logits))) / 4, {}), dict(logits=Z), dict(p=SOFT), formula="sum p*(log p - log_softmax(z)), divided by the batch size")
case("focal", "loss", lambda logits, labels: (np.mean(-((1 - softmax(logits)[N, labels]) ** 2) * log_softmax(logits)[N, labels]), {}), dict(logits=Z), dict(labels=L), {"gamma": 2.0})
SIGNS = np.where(T > 0, 1.0, -1.0)
case("hinge", "loss", lambda out, y: (np.mean(pos(1 - y * out)), {}), dict(out=Z), dict(y=SIGNS))
case("squared_hinge", "loss", lambda out, y: (np.mean(pos(1 - y * out) ** 2), {}), dict(out=Z), dict(y=SIGNS), formula="mean of max(0,1-y*out) squared")
case("poisson_nll", "loss", lambda out, y: (np.mean(np.exp(out) - y * out), {}), dict(out=Z), dict(y=np.abs(Y)))


def cos(a, b):
    return np.sum(a * b, -1) / np.sqrt(np.sum(a * a, -1) * np.sum(b * b, -1))


def dist(a, b):
    return np.sqrt(np.sum((a - b) ** 2, -1))


case("cosine", "loss", lambda a, b: (np.mean(1 - cos(a, b)), {}), dict(a=draw(4, 3), b=draw(4, 3)))
case("cosine_embedding", "loss", lambda a, b, y: (np.mean(np.where(y > 0, 1 - cos(a, b), pos(cos(a, b) - 0.1))), {}), dict(a=draw(4, 3), b=draw(4, 3)), dict(y=np.array([1.0, -1.0, -1.0, 1.0])), {"margin": 0.1})
case("triplet", "loss", lambda a, p, n: (np.mean(pos(dist(a, p) - dist(a, n) + 1)), {}), dict(a=draw(4, 3), p=draw(4, 3), n=draw(4, 3)), {}, {"margin": 1.0})

# ---- norms


def normal(x, axes, eps):
    m = np.mean(x, axes, keepdims=True)
    return (x - m) / np.sqrt(np.mean((x - m) ** 2, axes, keepdims=True) + eps)


def channels(g):
    return g.reshape(-1, 1, 1)


case("layernorm", "norm", lambda x, gamma, beta, upstream: projected(normal(x, -1, 1e-5) * gamma + beta, upstream), dict(x=draw(3, 5), gamma=draw(5), beta=draw(5)), dict(upstream=draw(3, 5)), {"eps": 1e-5})
case("layernorm_offset", "norm", lambda x, gamma, beta, upstream: projected(normal(x, -1, 1e-5) * gamma + beta, upstream), dict(x=1000 + draw(3, 5), gamma=draw(5), beta=draw(5)), dict(upstream=draw(3, 5)), {"eps": 1e-5})
case("layernorm_2d", "norm", lambda x, gamma, beta, upstream: projected(normal(x, (1, 2), 1e-5) * gamma + beta, upstream), dict(x=draw(2, 3, 4), gamma=draw(3, 4), beta=draw(3, 4)), dict(upstream=draw(2, 3, 4)), {"eps": 1e-5})
case("rmsnorm", "norm", lambda x, gamma, upstream: projected(x / np.sqrt(np.mean(x * x, -1, keepdims=True) + 1e-6) * gamma, upstream), dict(x=draw(3, 5), gamma=draw(5)), dict(upstream=draw(3, 5)), {"eps": 1e-6})
case("groupnorm", "norm", lambda x, gamma, beta, upstream: projected(normal(x.reshape(2, 2, 2, 3, 3), (2, 3, 4), 1e-5).reshape(x.shape) * channels(gamma) + channels(beta), upstream), dict(x=draw(2, 4, 3, 3), gamma=draw(4), beta=draw(4)), dict(upstream=draw(2, 4, 3, 3)), {"groups": 2, "eps": 1e-5})


def batchnorm(x, gamma, beta, running_mean, running_var, upstream):
    y, out = projected(normal(x, (0, 2, 3), 1e-5) * channels(gamma) + channels(beta), upstream)
    out |= {"new_running_mean": 0.9 * running_mean + 0.1 * np.mean(x, (0, 2, 3)), "new_running_var": 0.9 * running_var + 0.1 * np.var(x, (0, 2, 3), ddof=1)}
    return y, out


case("batchnorm2d_train", "norm", batchnorm, dict(x=draw(2, 3, 2, 2), gamma=draw(3), beta=draw(3)), dict(running_mean=draw(3), running_var=1 + draw(3) ** 2, upstream=draw(2, 3, 2, 2)), {"eps": 1e-5, "momentum": 0.1})

# ---- embedding, attention, recurrent

IDX = np.array([[1, 0, 3], [1, 2, 0]])
case("embedding_padding", "embedding", lambda E, idx, upstream: projected(E[idx], upstream), dict(E=draw(4, 2)), dict(idx=IDX, upstream=draw(2, 3, 2)), {"padding_idx": 0}, stopped={("E", 0), ("E", 1)})


def attention(x, Wqkv, bqkv, Wo, bo, upstream, key_mask=None, causal=False, heads=2):
    n, t, e = x.shape
    q, k, v = [(x @ w.T + b).reshape(n, t, heads, e // heads).transpose(0, 2, 1, 3) for w, b in zip(np.split(Wqkv, 3), np.split(bqkv, 3))]
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(e / heads)
    if causal:
        scores = np.where(np.tri(t) > 0, scores, -1e30)
    if key_mask is not None:
        scores = np.where(key_mask[:, None, None, :], scores, -1e30)
    scores = scores - np.max(scores.real, -1, keepdims=True)
    weights = softmax(scores)
    mixed = (weights @ v).transpose(0, 2, 1, 3).reshape(n, t, e)
    y, out = projected(mixed @ Wo.T + bo, upstream)
    return y, out | {"weights": weights}


def mha():
    return dict(x=draw(2, 3, 4), Wqkv=draw(12, 4), bqkv=draw(12), Wo=draw(4, 4), bo=draw(4)), dict(upstream=draw(2, 3, 4))


case("mha_self", "attention", attention, *mha(), {"heads": 2})
case("mha_causal", "attention", lambda **t: attention(**t, causal=True), *mha(), {"heads": 2, "causal": True})
tensors, consts = mha()
case("mha_causal_padding", "attention", lambda **t: attention(**t, causal=True), tensors, consts | dict(key_mask=np.array([[True, True, False], [True, False, True]])), {"heads": 2})


def rnn(x, h, c, wx, wh, bx, bh):
    h = pos(x @ wx.T + bx + h @ wh.T + bh)
    return h, h


def gru(x, h, c, wx, wh, bx, bh):
    (xr, xz, xn), (hr, hz, hn) = np.split(x @ wx.T + bx, 3, -1), np.split(h @ wh.T + bh, 3, -1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    h = (1 - z) * np.tanh(xn + r * hn) + z * h
    return h, h


def lstm(x, h, c, wx, wh, bx, bh):
    i, f, g, o = np.split(x @ wx.T + bx + h @ wh.T + bh, 4, -1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def unrolled(cell, layers):
    def f(x, h0, upstream, c0=None, **w):
        c0 = h0 if c0 is None else c0
        for layer in range(layers):
            s = str(layer + 1) if layers > 1 else ""
            h, c = (h0[layer], c0[layer]) if layers > 1 else (h0, c0)
            hs = []
            for t in range(x.shape[0]):
                h, c = cell(x[t], h, c, *[w[k + s] for k in ("Wih", "Whh", "bih", "bhh")])
                hs.append(h)
            x = np.stack(hs)
        return projected(x, upstream)
    return f


for id, cell, gates, layers in [("rnn_relu", rnn, 1, 1), ("gru_4steps", gru, 3, 1), ("lstm_4steps", lstm, 4, 1), ("lstm_2layers", lstm, 4, 2)]:
    t = dict(x=draw(4, 2, 3), h0=draw(2, 2) if layers == 1 else draw(2, 2, 2))
    if cell is lstm:
        t["c0"] = draw(*t["h0"].shape)
    for layer in range(layers):
        s = str(layer + 1) if layers > 1 else ""
        t |= {"Wih" + s: draw(2 * gates, 2 if layer else 3), "Whh" + s: draw(2 * gates, 2), "bih" + s: draw(2 * gates), "bhh" + s: draw(2 * gates)}
    case(id, "recurrent", unrolled(cell, layers), t, dict(upstream=draw(4, 2, 2)))

print("{\"cases\": [\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]}")
