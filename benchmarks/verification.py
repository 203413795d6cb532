"""How long the verification of the documents takes: steps a second, and the slowest single step of each document.

Run it from the checkout's root: `python benchmarks/verification.py [PATH …]`. Figures are of one process.
"""

from __future__ import annotations

import sys
import time

from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all


def main() -> None:
    found = collect(sys.argv[1:] or ["derivations"])
    rows: dict[str, list[tuple[float, str]]] = {}
    for derivation in found.derivations:
        last = time.perf_counter()

        def progress(name: str, done: int, steps: int, source: str = derivation.source) -> None:
            nonlocal last
            now = time.perf_counter()
            rows.setdefault(source, []).append((now - last, f"{name}, step {done}"))
            last = now

        verify_all([derivation], progress=progress)
    print(f"{'document':<30}{'steps':>6}{'seconds':>9}{'steps/s':>9}  slowest step")
    for source, steps in sorted(rows.items()):
        total, (slowest, where) = sum(seconds for seconds, _ in steps), max(steps)
        print(f"{source:<30}{len(steps):>6}{total:>9.1f}{len(steps) / total:>9.1f}  {slowest:.2f} s: {where}")
    count, total = sum(map(len, rows.values())), sum(seconds for steps in rows.values() for seconds, _ in steps)
    print(f"{'all':<30}{count:>6}{total:>9.1f}{count / total:>9.1f}")


if __name__ == "__main__":
    main()
