"""How fast differences by every entry are, and how accurate: one sigmoid network's loss by all parameters.

Tools whose time grows with the number of entries are timed on a random part of them where the whole takes too long, at
two numbers of entries, and scaled by the time that one entry more takes; ours are timed on all. What a tool says is
held against the gradient in long double, at the entries that were timed, relative to the largest entry of the gradient
by the same array. All take turns, and the median of the processor times counts. Run it from the checkout's root, with
one thread:

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/differences.py

Tools that are not installed are left out.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from engine import NETWORKS, Network, Values, graphs, loss, processor

from gradcheck.numerics.all_entries import Differences, slopes
from gradcheck.numerics.evaluate import Evaluation

Entries = np.ndarray[Any, np.dtype[np.int64]]
Run = Callable[[Entries], Any]
"""Slopes by these entries of all parameters in a row; None from a tool that only says whether they are right."""
ROUNDS = 15
ROUND_SECONDS = 0.03
"""About how long a way is timed in a round, at least."""
STEP = 1e-6
"""Of torch's gradcheck, which a plain loop takes, too."""


class Parts(NamedTuple):
    """Numbers of entries that a tool is timed at, where all are too many; None where all are timed."""

    small: tuple[int, int] | None
    medium: tuple[int, int] | None
    large: tuple[int, int] | None


def flat(arrays: Sequence[Any]) -> Any:
    return np.concatenate([np.ravel(array) for array in arrays])


def split(net: Network, row: Any) -> list[Any]:
    """The parameters that stand in a row, of NumPy's or of torch's."""
    found, begin = [], 0
    for array in net.parameters:
        found.append(row[begin : begin + array.size].reshape(array.shape))
        begin += array.size
    return found


def sigmoid(z: Values) -> Values:
    return 1 / (1 + np.exp(-z))


def exact(net: Network) -> Values:
    """The gradient by hand, in long double."""
    X, Y, *parameters = (np.asarray(array, np.longdouble) for array in (net.X, net.Y, *net.parameters))
    Ws, bs, A = parameters[::2], parameters[1::2], [X]
    for W, b in zip(Ws, bs, strict=True):
        A.append(sigmoid(W @ A[-1] + b))
    gradients: list[Values] = []
    dZ = (A[-1] - Y) / net.m
    for k in reversed(range(len(Ws))):
        gradients[:0] = [dZ @ A[k].T, dZ.sum(axis=1, keepdims=True)]
        if k:
            dZ = Ws[k].T @ dZ * A[k] * (1 - A[k])
    return flat(gradients)


# ---- ways to compute it ------------------------------------------------------------------------------------------


def compiled(net: Network) -> Run:
    """As a program, which is recorded before it is timed."""
    inputs, wanted, sizes = graphs(net)
    program = Differences(wanted[0], inputs[2:], sizes)
    values = dict(zip([node.name for node in inputs], [net.X, net.Y, *net.parameters], strict=True))
    return lambda entries: flat([found.value for found in program(values)])[entries]


def walked(net: Network) -> Run:
    """As it is when it is asked for once."""
    inputs, wanted, sizes = graphs(net)
    values = dict(zip([node.key for node in inputs], [net.X, net.Y, *net.parameters], strict=True))

    def run(entries: Entries) -> Values:
        found = slopes(wanted[0], inputs[2:], Evaluation(values, sizes))
        return flat([part.value for part in found])[entries]

    return run


def of_entries(net: Network, entries: Entries) -> tuple[Callable[[Values], float], Values]:
    """The loss as a function of some entries in plain NumPy, and where they stand."""
    row = flat(net.parameters)

    def of(x: Values) -> float:
        row[entries] = x
        return loss(net.X, net.Y, split(net, row), net.m, sigmoid, np.log)

    return of, row[entries]


def by_loop(net: Network) -> Run:
    def run(entries: Entries) -> Values:
        of, x = of_entries(net, entries)
        found = np.empty(len(x))
        for k, value in enumerate(x):
            x[k] = value + STEP
            ahead = of(x)
            x[k] = value - STEP
            found[k] = (ahead - of(x)) / (2 * STEP)
            x[k] = value
        return found

    return run


def with_torch(net: Network) -> Run:
    """Whether its analytic gradient is right, by its numerical one. The entries are put into their places first."""
    import torch

    torch.set_num_threads(1)
    X, Y = torch.from_numpy(net.X), torch.from_numpy(net.Y)
    row = torch.from_numpy(flat(net.parameters))

    def run(entries: Entries) -> None:
        places = torch.from_numpy(entries)

        def of(x: Any) -> Any:
            return loss(X, Y, split(net, row.index_put((places,), x)), net.m, torch.sigmoid, torch.log)

        assert torch.autograd.gradcheck(of, row[places].requires_grad_())

    return run


def with_scipy(net: Network) -> Run:
    from scipy.optimize import approx_fprime

    def run(entries: Entries) -> Values:
        of, x = of_entries(net, entries)
        return approx_fprime(x, of)

    return run


def with_numdifftools(net: Network) -> Run:
    import numdifftools

    def run(entries: Entries) -> Values:
        of, x = of_entries(net, entries)
        return np.atleast_1d(numdifftools.Gradient(of)(x))

    return run


ALL = Parts(None, None, None)
WAYS: dict[str, tuple[str, Callable[[Network], Run], Parts]] = {
    "gradcheck, program": ("gradcheck", compiled, ALL),
    "gradcheck, walked": ("gradcheck", walked, ALL),
    "torch.autograd.gradcheck": ("torch", with_torch, Parts(None, None, (16, 80))),
    "scipy, approx_fprime": ("scipy", with_scipy, Parts(None, None, (16, 80))),
    "numdifftools, Gradient": ("numdifftools", with_numdifftools, Parts(None, (8, 40), (2, 6))),
    "plain NumPy, central": ("numpy", by_loop, Parts(None, None, (16, 80))),
}
"""What is measured, the package that it needs, what makes it ready to run, and on how many entries it is timed."""


# ---- measured ----------------------------------------------------------------------------------------------------


def timed(run: Run, entries: Entries) -> float:
    """Processor time of one run; of many if they are short."""
    times, start = 0, time.process_time()
    while not times or time.process_time() - start < ROUND_SECONDS:
        run(entries)
        times += 1
    return (time.process_time() - start) / times


def seconds(run: Run, entries: Entries, sizes: tuple[int, int] | None) -> float:
    """Processor time for all entries, scaled from two parts of them if need be."""
    if sizes is None:
        return timed(run, entries)
    few, many = (timed(run, entries[:n]) for n in sizes)
    return few + (many - few) / (sizes[1] - sizes[0]) * (len(entries) - sizes[0])


def largest_error(net: Network, found: Values, right: Values, entries: Entries) -> float:
    """Relative to the largest entry by the same array."""
    largest = flat([np.full(part.shape, np.abs(part).max()) for part in split(net, right)])
    return float(np.max(np.abs(found - right[entries]) / largest[entries]))


def measured(name: str) -> dict[str, tuple[float, float | None]]:
    """For each way the median of its times, and its largest error."""
    net = Network(*NETWORKS[name])
    right = exact(net)
    entries = np.random.default_rng(0).permutation(len(right))
    ways = {way: row for way, row in WAYS.items() if importlib.util.find_spec(row[0])}
    runs = {way: make(net) for way, (_, make, _) in ways.items()}
    errors: dict[str, float | None] = {}
    for way, run in runs.items():
        sizes = getattr(ways[way][2], name)
        chosen = entries if sizes is None else entries[: sizes[1]]
        found = run(chosen)
        errors[way] = None if found is None else largest_error(net, found, right, chosen)
    rounds: dict[str, list[float]] = {way: [] for way in runs}
    for _ in range(ROUNDS):
        for way, run in runs.items():
            rounds[way].append(seconds(run, entries, getattr(ways[way][2], name)))
    return {way: (statistics.median(rounds[way]), errors[way]) for way in runs}


def main() -> None:
    warnings.simplefilter("ignore")
    packages = dict.fromkeys(package for package, _, _ in WAYS.values() if importlib.util.find_spec(package))
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
    print(f"Python {platform.python_version()}, {versions}")
    print(f"{processor()}; one thread, processor time, medians of {ROUNDS} interleaved rounds")
    for name, (widths, m) in NETWORKS.items():
        found = measured(name)
        base = found["gradcheck, program"][0]
        entries = sum(array.size for array in Network(widths, m).parameters)
        print(f"\n{name}: {'-'.join(map(str, widths))} × {m}, {entries:,} entries\n")
        print(f"| {'':<24} | milliseconds | program = 1 |  largest error |  entries timed |")
        print(f"|{'-' * 26}|-------------:|------------:|---------------:|---------------:|")
        for way, (duration, error) in found.items():
            sizes = getattr(WAYS[way][2], name)
            part = "all" if sizes is None else f"{sizes[0]} and {sizes[1]}"
            said = "says yes or no" if error is None else f"{error:.0e}"
            print(f"| {way:<24} | {duration * 1e3:>12,.2f} | {duration / base:>11,.1f} | {said:>14} | {part:>14} |")


if __name__ == "__main__":
    sys.exit(main())
