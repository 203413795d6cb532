"""How long verification takes: of documents, of networks of growing depth, and from a cold start; and its memory.

Run it from the checkout's root, with one thread, on the documents or on what is named:

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/verification.py [PATH …]

Times of documents and networks are of one process, which judges everything anew. Cold starts are whole commands that
take turns, next to what Python takes to import NumPy and SymPy; medians count.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from gradcheck import Derivation, bits, claim, derivation, dims, gradient, real
from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all
from gradcheck.notation import cross_entropy, sigmoid

ROUNDS = 5
DEPTHS = (1, 2, 4, 8, 16)
EXAMPLE = """
from gradcheck import claim, derivation, dims, gradient, real


@derivation(source="notes")
def least_squares():
    n, d = dims("n d")
    X, y, w = real("X", n, d), real("y", n, 1), real("w", d, 1)
    J = ((X @ w - y) ** 2).sum() / (2 * n)
    yield claim(gradient(J, w), X.T @ (X @ w - y) / n)
"""


def documents(paths: Sequence[str]) -> None:
    """Steps a second of each document, and its slowest step."""
    rows: dict[str, list[tuple[float, str]]] = {}
    for one in collect(paths).derivations:
        last = time.process_time()

        def progress(name: str, done: int, steps: int, source: str = one.source) -> None:
            nonlocal last
            now = time.process_time()
            rows.setdefault(source, []).append((now - last, f"{name}, step {done}"))
            last = now

        verify_all([one], progress=progress)
    print(f"| {'document':<24} | steps | seconds | steps/s | slowest step")
    print(f"|{'-' * 26}|------:|--------:|--------:|{'-' * 13}")
    for source, steps in [*sorted(rows.items()), ("all", [step for each in rows.values() for step in each])]:
        total, (slowest, where) = sum(seconds for seconds, _ in steps), max(steps)
        print(
            f"| {source:<24} | {len(steps):>5} | {total:>7.1f} | {len(steps) / total:>7.1f} | {slowest:.2f} s: {where}"
        )
    print(f"\npeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n")


def network(depth: int) -> Derivation:
    """The gradients of a sigmoid network by the weights of its first and its last layer."""

    def claims() -> Iterator[object]:
        *widths, m = dims(" ".join(f"n{i}" for i in range(depth)) + " m")
        widths.append(1)
        inputs = [real(f"W{i + 1}", widths[i + 1], widths[i]) for i in range(depth)]
        values = [real("A0", widths[0], m)]
        Y = bits("Y", 1, m)
        for W in inputs:
            values.append(sigmoid(W @ values[-1]))
        J = cross_entropy(values[-1], Y).sum() / m
        delta = (values[-1] - Y) / m
        yield claim(gradient(J, inputs[-1]), delta @ values[-2].T)
        for W, A in zip(inputs[:0:-1], values[-2:0:-1], strict=True):
            delta = (W.T @ delta) * A * (1 - A)
        yield claim(gradient(J, inputs[0]), delta @ values[0].T)

    return derivation(source="networks")(claims)


def depth() -> None:
    """Seconds for two steps, by the number of layers, and the verdicts."""
    print("| layers | seconds | verdicts\n|-------:|--------:|---------")
    for layers in DEPTHS:
        start = time.process_time()
        found = [step.judgement.verdict.value for step in verify_all([network(layers)]).steps]
        print(f"| {layers:>6} | {time.process_time() - start:>7.2f} | {', '.join(found)}")
    print()


def cold(paths: Sequence[str]) -> None:
    """Wall-clock and processor seconds of whole commands."""
    with tempfile.TemporaryDirectory() as folder:
        example = Path(folder, "notes.py")
        example.write_text(EXAMPLE)
        cli = [sys.executable, "-m", "gradcheck", "verify"]
        commands = {
            "import numpy": [sys.executable, "-c", "import numpy"],
            "import numpy, sympy": [sys.executable, "-c", "import numpy, sympy"],
            "from gradcheck import check_gradient": [sys.executable, "-c", "from gradcheck import check_gradient"],
            "one claim": [*cli, "--no-cache", str(example)],
            "the documents": [*cli, "--no-cache", *paths],
            "the documents, as remembered": [*cli, *paths],
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        environment = {**os.environ, "GRADCHECK_CACHE": folder}
        for _ in range(ROUNDS + 1):  # the first one fills caches
            for name, command in commands.items():
                taken[name].append(_taken(command, environment))
    print(f"| {'command':<36} | seconds | of processors\n|{'-' * 38}|--------:|--------:")
    for name, times in taken.items():
        wall, processors = (statistics.median(column) for column in zip(*times[1:], strict=True))
        print(f"| {name:<36} | {wall:>7.2f} | {processors:>7.2f}")


def _taken(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    paths = sys.argv[1:] or ["derivations"]
    versions = (f"{name} {importlib.metadata.version(name)}" for name in ("gradcheck", "numpy", "sympy", "hypothesis"))
    print(f"Python {platform.python_version()}, {', '.join(versions)}; {os.cpu_count()} processors\n")
    documents(paths)
    depth()
    cold(paths)


if __name__ == "__main__":
    main()
