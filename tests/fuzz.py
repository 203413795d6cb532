"""Long runs of the fuzzers that the tests run briefly: `python tests/fuzz.py proofs --seconds 600 --seed 1`.

A fuzzer is a module of `fuzzing` with `case(random) -> (what it was, complaint or "")`; a case is all that its random
numbers say, so that a complaint is repeated by `--seed` and `--first` alone.
"""

from __future__ import annotations

import argparse
import importlib
import random
import signal
import sys
import time
from collections import Counter
from typing import Any

LONGEST = 20
"""Seconds of processor time after which a case is given up, where the system can do that."""


class GivenUp(BaseException):
    """A case takes too long; no exception that what is tried might handle."""


def _give_up(*_: Any) -> None:
    raise GivenUp


def run(name: str, seconds: float, seed: int, first: int) -> int:
    """Cases until the time is over; prints what they were and every complaint; the number of complaints."""
    case, seen, end = importlib.import_module(f"fuzzing.{name}").case, Counter[str](), time.monotonic() + seconds
    signal.signal(signal.SIGPROF, _give_up)
    number = first
    while time.monotonic() < end:
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            kind, complaint = case(random.Random(f"{seed} {number}"))
        except GivenUp:
            kind, complaint = "given up", ""
        signal.setitimer(signal.ITIMER_PROF, 0)
        seen[kind] += 1
        if complaint:
            seen["COMPLAINTS"] += 1
            print(f"--seed {seed} --first {number}: {complaint}", flush=True)
        number += 1
    print(f"{number - first} cases:", dict(sorted(seen.items())))
    return seen["COMPLAINTS"]


def main() -> int:
    """1 if there was a complaint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="a module of tests/fuzzing, such as proofs")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    asked = parser.parse_args()
    return min(1, run(asked.name, asked.seconds, asked.seed, asked.first))


if __name__ == "__main__":
    sys.exit(main())
