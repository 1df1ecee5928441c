"""PyTorch: forward, backward and SGD; with MODE=compile in the environment, the loss under torch.compile."""
from contest import THREADS, WORK, needed, serve

import os

torch = needed("torch", "torch==2.15.0")
import torch.nn.functional as F
from works import start

torch.set_num_threads(THREADS)
relu, sig = torch.relu, torch.sigmoid
ce = lambda z, y: -(F.log_softmax(z, 1) * y).sum() / z.shape[0]


def block(P, x):
    wq, wk, wv, wo, w1, w2, g, be = P
    B, T, D = x.shape
    H = 8
    n = F.layer_norm(x, (D,), g, be)
    heads = lambda w: (n.reshape(B * T, D) @ w).reshape(B, T, H, D // H).transpose(1, 2)
    q, k, v = heads(wq), heads(wk), heads(wv)
    weights = torch.softmax(q @ k.transpose(2, 3) / (D / H) ** 0.5, -1)
    at = ((weights @ v).transpose(1, 2).reshape(B * T, D) @ wo).reshape(B, T, D) + x
    n2 = F.layer_norm(at, (D,), g, be)
    f = (F.gelu(n2.reshape(B * T, D) @ w1) @ w2).reshape(B, T, D) + at
    return (f**2).mean()


rosenbrock = lambda P: (100 * (P[0][1:] - P[0][:-1] ** 2) ** 2 + (1 - P[0][:-1]) ** 2).sum() * 1e-6
losses = {
    "idle": lambda P: (P[0] ** 2).sum(),
    "784-30-10": lambda P, x, y: 0.5 * ((sig(sig(x @ P[0] + P[1]) @ P[2] + P[3]) - y) ** 2).sum(),
    "784-128-10": lambda P, x, y: ce(relu(x @ P[0] + P[1]) @ P[2] + P[3], y),
    "784-1024-1024-10": lambda P, x, y: ce(relu(relu(x @ P[0] + P[1]) @ P[2] + P[3]) @ P[4] + P[5], y),
    "transformer": block,
    "pointwise": lambda P: (torch.tanh(P[0]) * sig(P[1]) + torch.exp(-P[0] ** 2)).sum(),
    "rosenbrock": rosenbrock,
    "rosenbrock-tensor": rosenbrock,
}
loss = losses[WORK]
if os.environ.get("MODE") == "compile" and WORK != "idle":
    loss = torch.compile(loss)
params, data = start()
params = [torch.nn.Parameter(torch.from_numpy(p)) for p in params]
data = [torch.from_numpy(x) for x in data]
sgd = torch.optim.SGD(params, lr=0.01, foreach=True)


def step():
    sgd.zero_grad(set_to_none=True)
    value = loss(params, *data)
    value.backward()
    sgd.step()
    return value.detach()


serve(step)
