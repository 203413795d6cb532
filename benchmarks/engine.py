"""How fast gradients of networks are evaluated: the loss and all gradients, as ratios to plain NumPy in one run.

Sigmoid networks with cross-entropy. What every way computes is compared first; then all of them take turns, and the
median of the processor times counts. Run it from the checkout's root, with one thread:

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/engine.py

Tools that are not installed are left out.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck import bits, dims, gradient, real
from gradcheck.graph import Array
from gradcheck.notation import log, sigmoid
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.programs import Program

Values = np.ndarray[Any, np.dtype[Any]]
Run = Callable[[], Sequence[Any]]
NETWORKS = {"small": ((4, 3, 2, 1), 8), "medium": ((64, 32, 16, 1), 64), "large": ((784, 256, 64, 1), 256)}
ROUNDS = 15
ROUND_SECONDS = 0.1
"""About how long plain NumPy is timed in a round."""


class Network:
    """Values of a network's arrays: X, Y, then W and b of each layer."""

    def __init__(self, widths: Sequence[int], m: int) -> None:
        rng = np.random.default_rng(0)
        self.widths, self.m = widths, m
        self.X, self.Y = rng.standard_normal((widths[0], m)), (rng.random((1, m)) < 0.5) * 1.0
        self.parameters: list[Values] = []
        for fan_in, width in itertools.pairwise(widths):
            self.parameters += [rng.standard_normal((width, fan_in)) / fan_in**0.5, np.zeros((width, 1))]

    @property
    def depth(self) -> int:
        return len(self.widths) - 1


def loss(X: Any, Y: Any, parameters: Sequence[Any], m: Any, sigmoid: Any, log: Any) -> Any:
    A = X
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        A = sigmoid(W @ A + b)
    return -(Y * log(A) + (1 - Y) * log(1 - A)).sum() / m


# ---- ways to compute it ------------------------------------------------------------------------------------------


def plain(net: Network) -> Run:
    """As a course writes it: one function of NumPy's, forward and backward."""
    X, Y, m = net.X, net.Y, net.m
    Ws, bs = net.parameters[::2], net.parameters[1::2]

    def run() -> Sequence[Any]:
        A = [X]
        for W, b in zip(Ws, bs, strict=True):
            A.append(1 / (1 + np.exp(-(W @ A[-1] + b))))
        J = -(Y * np.log(A[-1]) + (1 - Y) * np.log(1 - A[-1])).sum() / m
        gradients: list[Any] = []
        dZ = (A[-1] - Y) / m
        for k in reversed(range(len(Ws))):
            gradients[:0] = [dZ @ A[k].T, dZ.sum(axis=1, keepdims=True)]
            if k:
                dZ = Ws[k].T @ dZ * A[k] * (1 - A[k])
        return [J, *gradients]

    return run


def products_alone(net: Network) -> Run:
    """The matrix products of both passes and nothing else."""
    rng = np.random.default_rng(1)
    Ws, A = net.parameters[::2], [net.X, *(rng.random((width, net.m)) for width in net.widths[1:])]

    def run() -> Sequence[Any]:
        for k, W in enumerate(Ws):
            W @ A[k]
            A[k + 1] @ A[k].T
            if k:
                W.T @ A[k + 1]
        return []

    return run


def graphs(net: Network) -> tuple[list[Array], list[Array], dict[Any, int]]:
    """The inputs as symbols, the loss and its gradients, and the sizes."""
    *widths, m = dims(" ".join([*(f"n{k}" for k in range(len(net.widths))), "m"]))
    inputs = [real("X", widths[0], m), bits("Y", widths[-1], m)]
    for layer in range(1, len(widths)):
        inputs += [real(f"W{layer}", widths[layer], widths[layer - 1]), real(f"b{layer}", widths[layer], 1)]
    J = loss(*inputs[:2], inputs[2:], m, sigmoid, log)
    sizes = dict(zip([*widths, m], [*net.widths, net.m], strict=True))
    return inputs, [J, *(gradient(J, parameter) for parameter in inputs[2:])], sizes


def node_by_node(net: Network) -> Run:
    """As the oracle by reverse mode does it."""
    inputs, wanted, sizes = graphs(net)
    values = dict(zip([node.key for node in inputs], [net.X, net.Y, *net.parameters], strict=True))
    expanded = [reverse_mode.expand(graph) for graph in wanted]

    def run() -> Sequence[Any]:
        point = Evaluation(values, sizes)
        return [point(graph) for graph in expanded]

    return run


def compiled(net: Network) -> Run:
    """As a program."""
    inputs, wanted, sizes = graphs(net)
    program = Program(wanted, sizes)
    values = dict(zip([node.name for node in inputs], [net.X, net.Y, *net.parameters], strict=True))
    return lambda: program(values)


def with_torch(net: Network) -> Run:
    import torch

    torch.set_num_threads(1)
    X, Y = torch.from_numpy(net.X), torch.from_numpy(net.Y)
    parameters = [torch.from_numpy(array).requires_grad_() for array in net.parameters]

    def run() -> Sequence[Any]:
        J = loss(X, Y, parameters, net.m, torch.sigmoid, torch.log)
        return [J.detach(), *torch.autograd.grad(J, parameters)]

    return run


def with_jax(net: Network) -> Run:
    import jax

    jax.config.update("jax_enable_x64", True)
    of = jax.jit(jax.value_and_grad(lambda p, X, Y: loss(X, Y, p, net.m, jax.nn.sigmoid, jax.numpy.log)))
    X, Y, parameters = jax.device_put((net.X, net.Y, net.parameters))

    def run() -> Sequence[Any]:
        J, gradients = jax.block_until_ready(of(parameters, X, Y))
        return [J, *gradients]

    return run


def with_autograd(net: Network) -> Run:
    import autograd
    import autograd.numpy as anp

    def logistic(z: Any) -> Any:
        return 1 / (1 + anp.exp(-z))

    of = autograd.value_and_grad(lambda p: loss(net.X, net.Y, p, net.m, logistic, anp.log))

    def run() -> Sequence[Any]:
        J, gradients = of(net.parameters)
        return [J, *gradients]

    return run


WAYS: dict[str, tuple[str, Callable[[Network], Run]]] = {
    "plain NumPy": ("numpy", plain),
    "matrix products alone": ("numpy", products_alone),
    "gradcheck, program": ("gradcheck", compiled),
    "gradcheck, node by node": ("gradcheck", node_by_node),
    "torch, eager": ("torch", with_torch),
    "jax, jit": ("jax", with_jax),
    "autograd": ("autograd", with_autograd),
}
"""What is measured, the package that it needs, and what makes it ready to run."""


# ---- measured ----------------------------------------------------------------------------------------------------


def seconds(run: Run, times: int) -> float:
    """Processor time of one run."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def ratios(net: Network) -> dict[str, float]:
    """Medians of rounds in which all take turns, relative to plain NumPy."""
    runs = {name: make(net) for name, (package, make) in WAYS.items() if importlib.util.find_spec(package)}
    expected = plain(net)()
    for name, run in runs.items():
        for found, right in zip(run(), expected, strict=False):
            np.testing.assert_allclose(np.reshape(found, np.shape(right)), right, rtol=1e-6, atol=1e-12, err_msg=name)
    times = max(1, round(ROUND_SECONDS / seconds(runs["plain NumPy"], 3)))
    rounds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            rounds[name].append(seconds(run, times))
    base = statistics.median(rounds["plain NumPy"])
    return {name: statistics.median(found) / base for name, found in rounds.items()}


def processor() -> str:
    """Its name, where Linux tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> None:
    packages = dict.fromkeys(package for package, _ in WAYS.values() if importlib.util.find_spec(package))
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
    print(f"Python {platform.python_version()}, {versions}")
    print(f"{processor()}; one thread, processor time, medians of {ROUNDS} interleaved rounds; plain NumPy = 1\n")
    columns = {name: ratios(Network(*network)) for name, network in NETWORKS.items()}
    titles = [f"{name}: {'-'.join(map(str, widths))} × {m}" for name, (widths, m) in NETWORKS.items()]
    print(f"| {'':<24} | {' | '.join(titles)} |")
    print(f"|{'-' * 26}|{'|'.join('-' * (len(title) + 1) + ':' for title in titles)}|")
    for name in columns["small"]:
        cells = (f"{column[name]:>{len(title)}.2f}" for title, column in zip(titles, columns.values(), strict=True))
        print(f"| {name:<24} | {' | '.join(cells)} |")


if __name__ == "__main__":
    sys.exit(main())
