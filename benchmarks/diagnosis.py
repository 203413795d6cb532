"""How many wrong formulas are told why they are wrong, and how fast: the random edits of benchmarks/repair.py.

    python benchmarks/diagnosis.py [--edits N] [--seed S] [--verbose]

An edit is named if a verified cause is of its own kind. What is verified and of another kind is an explanation that is
as true, such as the gradient of another quantity that the edited formula happens to be.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import repair as edits

from gradcheck import printing
from gradcheck.graph.refusals import engine
from gradcheck.judging.causes import Cause, explained
from gradcheck.judging.findings import Case

NAMED: dict[str, set[str]] = {
    "transposed": {"transpose"},
    "operator": {"sign", "product", "factor", "term"},
    "order": {"product", "sign", "factor"},
    "lost": {"factor", "term", "activation derivative", "power", "mean", "other quantity"},
    "symbol": {"symbol", "activation derivative"},
    "size_more": {"factor", "mean"},
    "size_other": {"factor", "mean", "size"},
    "activation": {"activation derivative", "activation", "symbol"},
    "sign": {"sign", "factor"},
    "square": {"power", "factor"},
    "total": {"sum", "mean", "transpose"},
    "factor": {"factor", "activation derivative"},
    "term": {"term"},
    "renaming": {"symbol"},
}
"""The causes that each kind of edit is."""


@dataclass(frozen=True)
class Row:
    """What is said of an edited step."""

    kind: str
    cause: Cause | None
    seconds: float
    text: str

    @property
    def is_verified(self) -> bool:
        return self.cause is not None and self.cause.is_verified

    @property
    def is_named(self) -> bool:
        return self.cause is not None and self.is_verified and self.cause.kind in NAMED[self.kind]


@engine()
def diagnosed(case: edits.Case) -> Row:
    """The cause that is found; what is evaluated once a document is not counted."""
    place, names = case.place.printing(case.wrong), case.place.claim.names
    step = Case(place.judge.places[place.run], place.claim, case.wrong)
    _ = step.place.numeric, step.place.prime
    start = time.thread_time()
    cause = explained(step).cause
    text = f"{printing.source(case.wrong, names)}   <-   {printing.source(place.formula, names)}"
    return Row(case.kind, cause, time.thread_time() - start, text)


def show(rows: Sequence[Row], verbose: bool) -> None:
    times = sorted(row.seconds for row in rows)
    print(f"{len(rows)} single edits: {_share(rows, [r for r in rows if r.is_verified])} told a verified cause, "
          f"{_share(rows, [r for r in rows if r.is_named])} their own; median {1e3 * statistics.median(times):.0f} ms, "
          f"90% {1e3 * times[len(times) * 9 // 10]:.0f} ms, worst {1e3 * times[-1]:.0f} ms")  # fmt: skip
    missed = Counter(row.kind for row in rows if not row.is_named)
    every = Counter(row.kind for row in rows)
    print("  missed:", ", ".join(f"{kind} {count} of {every[kind]}" for kind, count in missed.most_common()) or "none")
    if verbose:
        for row in rows:
            if not row.is_named:
                print(f"    {row.kind}: {row.cause} | {row.text[:200]}")


def _share(rows: Sequence[Row], some: Iterable[Row]) -> str:
    return f"{sum(1 for _ in some) / len(rows):.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="show what is missed")
    args = parser.parse_args()
    pool = [place for derivation in edits.derivations() for place in edits.places(derivation)]
    rng = random.Random(f"{args.seed} diagnosis")
    show([diagnosed(case) for case in edits.cases(pool, 1, args.edits, rng)], args.verbose)


if __name__ == "__main__":
    main()
