"""How fast networks are trained: steps a second on scikit-learn's digits, against torch and plain NumPy in one run.

Every way makes the same steps of gradient descent on the same batches from the same start, in double precision, and
has to reach the same cost; then all of them take turns, and the median of the times counts. An epoch is one pass over
all batches. Run it from the checkout's root, with one thread:

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/training.py

Tools that are not installed are left out; scikit-learn is needed.
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
from engine import ROUNDS, processor

from gradcheck.network import Network, Parameters, initial
from gradcheck.network.engine import Compiled
from gradcheck.network.layers import model

Values = np.ndarray[Any, np.dtype[Any]]
Batches = Sequence[tuple[Values, Values]]
Train = Callable[[], tuple[list[Values], float]]
"""All epochs from the start on: the parameters reached, and the cost of all examples there."""

NETWORKS = {"logistic": (64, 10), "one hidden layer": (64, 32, 10), "two hidden layers": (64, 128, 64, 10)}
BATCH, EPOCHS, RATE = 128, 10, 0.3


class Task:
    """A network of tanh and softmax, its start, and the digits in batches; columns are examples."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        from sklearn.datasets import load_digits

        held = load_digits()
        order = np.random.default_rng(0).permutation(len(held.images))
        self.X = np.ascontiguousarray(held.images[order].reshape(len(order), -1).T / 16)
        self.Y = np.eye(10)[:, held.target[order]]
        activations = ("tanh",) * (len(widths) - 2) + ("softmax",)
        self.network = Network(widths, activations, "softmax_cross_entropy")
        self.start: Parameters = initial(self.network)
        ends = range(0, self.X.shape[1] - BATCH + 1, BATCH)  # of one size: the rest is left out by all
        self.batches: Batches = [
            (np.ascontiguousarray(self.X[:, i : i + BATCH]), np.ascontiguousarray(self.Y[:, i : i + BATCH]))
            for i in ends
        ]

    def cost(self, parameters: Sequence[Values]) -> float:
        """Of all examples, computed in one way for all."""
        A = self.X
        for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            A = np.tanh(W @ A + b)
        Z = parameters[-2] @ A + parameters[-1]
        top = Z.max(axis=0)
        return float(np.mean(top + np.log(np.exp(Z - top).sum(axis=0)) - (self.Y * Z).sum(axis=0)))


# ---- ways to train -----------------------------------------------------------------------------------------------


def plain(task: Task) -> Train:
    """As a course writes it."""

    def run() -> tuple[list[Values], float]:
        parameters = [array.copy() for array in task.start.named.values()]
        for _ in range(EPOCHS):
            for X, Y in task.batches:
                A = [X]
                for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
                    A.append(np.tanh(W @ A[-1] + b))
                Z = parameters[-2] @ A[-1] + parameters[-1]
                E = np.exp(Z - Z.max(axis=0))
                P = E / E.sum(axis=0)
                -np.log((P * Y).sum(axis=0)).mean()  # the cost of the step, which all compute
                D = (P - Y) / X.shape[1]
                for k in range(len(parameters) - 2, -1, -2):
                    slopes = D @ A[k // 2].T, D.sum(axis=1, keepdims=True)
                    if k:
                        D = parameters[k].T @ D * (1 - A[k // 2] ** 2)
                    parameters[k] -= RATE * slopes[0]
                    parameters[k + 1] -= RATE * slopes[1]
        return parameters, task.cost(parameters)

    return run


def compiled(task: Task) -> Train:
    """As `gradcheck.network.fit` computes its steps."""
    it = model(task.network)
    slopes = Compiled(it.cost, it.parameters)
    names = list(task.start.named)
    places = [names.index(node.name) for node in it.parameters]

    def run() -> tuple[list[Values], float]:
        parameters = [array.copy() for array in task.start.named.values()]
        for _ in range(EPOCHS):
            for X, Y in task.batches:
                _, found = slopes({"X": X, "Y": Y, **dict(zip(names, parameters, strict=True))})
                for place, slope in zip(places, found, strict=True):
                    parameters[place] = parameters[place] - RATE * slope
        return parameters, task.cost(parameters)

    return run


def with_torch(task: Task) -> Train:
    """With torch.optim.SGD; rows are examples, as torch has them."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(1)
    batches = [(torch.from_numpy(X.T.copy()), torch.from_numpy(Y.argmax(axis=0))) for X, Y in task.batches]
    widths = task.network.widths
    layers: list[Any] = []
    for n, k in itertools.pairwise(widths):
        layers += [torch.nn.Linear(n, k, dtype=torch.float64), torch.nn.Tanh()]
    net = torch.nn.Sequential(*layers[:-1])

    def run() -> tuple[list[Values], float]:
        with torch.no_grad():
            for parameter, array in zip(net.parameters(), task.start.named.values(), strict=True):
                parameter.copy_(torch.from_numpy(array.copy()).reshape(parameter.shape))
        descent = torch.optim.SGD(net.parameters(), lr=RATE)
        for _ in range(EPOCHS):
            for X, labels in batches:
                descent.zero_grad()
                loss = cross_entropy(net(X), labels)
                loss.backward()
                loss.item()
                descent.step()
        arrays = [parameter.detach().numpy() for parameter in net.parameters()]
        reached = [array if array.ndim == 2 else array[:, None] for array in arrays]
        return reached, task.cost(reached)

    return run


WAYS: dict[str, tuple[str, Callable[[Task], Train]]] = {
    "torch, eager": ("torch", with_torch),
    "gradcheck": ("gradcheck", compiled),
    "plain NumPy": ("numpy", plain),
}
"""What is measured, the package that it needs, and what makes it ready to run."""


# ---- measured ----------------------------------------------------------------------------------------------------


def seconds(run: Train) -> float:
    """Processor time of all epochs."""
    start = time.process_time()
    run()
    return time.process_time() - start


def epochs_a_second(task: Task) -> tuple[dict[str, float], float]:
    """By medians of rounds in which all ways take turns, and the cost that all of them reach."""
    runs = {name: make(task) for name, (package, make) in WAYS.items() if importlib.util.find_spec(package)}
    expected, cost = plain(task)()
    for name, run in runs.items():
        parameters, reached = run()
        np.testing.assert_allclose(reached, cost, rtol=1e-9, err_msg=name)
        for found, right in zip(parameters, expected, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-6, atol=1e-9, err_msg=name)
    rounds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            rounds[name].append(seconds(run))
    return {name: EPOCHS / statistics.median(found) for name, found in rounds.items()}, cost


def main() -> None:
    packages = dict.fromkeys(package for package, _ in WAYS.values() if importlib.util.find_spec(package))
    versions = [f"{package} {importlib.metadata.version(package)}" for package in (*packages, "scikit-learn")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    print(f"{processor()}; one thread, processor time, medians of {ROUNDS} interleaved rounds of {EPOCHS} epochs")
    print(f"digits, batches of {BATCH}, rate {RATE}; epochs a second, and relative to the first way\n")
    columns = {name: epochs_a_second(Task(widths)) for name, widths in NETWORKS.items()}
    titles = [f"{name}: {'-'.join(map(str, widths))}" for name, widths in NETWORKS.items()]
    print(f"| {'':<14} | {' | '.join(titles)} |")
    print(f"|{'-' * 16}|{'|'.join('-' * (len(title) + 1) + ':' for title in titles)}|")
    for name in columns["logistic"][0]:
        cells = []
        for title, (speeds, _) in zip(titles, columns.values(), strict=True):
            first = next(iter(speeds.values()))
            cells.append(f"{f'{speeds[name]:.0f} ({speeds[name] / first:.2f})':>{len(title)}}")
        print(f"| {name:<14} | {' | '.join(cells)} |")
    costs = (f"{cost:>{len(title)}.6f}" for title, (_, cost) in zip(titles, columns.values(), strict=True))
    print(f"| {'cost reached':<14} | {' | '.join(costs)} |")


if __name__ == "__main__":
    sys.exit(main())
