"""A function that is called in a child process."""

from __future__ import annotations

import os
import time

import pytest

from gradcheck.judging import processes
from gradcheck.judging.bounded import Refused, bounded
from gradcheck.limits import LONGER_CURE, MORE_CURE, Limits


def add(left, right):
    return left + right, os.getpid()


def refuse(error):
    raise error


def test_it_returns_what_the_function_does_in_another_process():
    total, pid = bounded(Limits(), "a sum", add, 2, 3)
    assert total == 5
    assert pid != os.getpid()


@pytest.mark.parametrize("error", [ValueError("no 7"), TypeError("no 7"), FileNotFoundError("no 7")])
def test_what_it_refuses_is_said_in_its_words(error):
    with pytest.raises(Refused, match=r"^no 7$"):
        bounded(Limits(), "a number", refuse, error)


def test_what_comes_to_no_end_is_named_with_the_cure(monkeypatch):
    with pytest.raises(Refused) as refused:
        bounded(Limits(seconds=0.2), "notes.py with n=7", time.sleep, 60)
    assert str(refused.value) == f"notes.py with n=7 was not read: it took longer than 0.2 s\n  {LONGER_CURE}"


def test_what_does_not_run_python_is_ended_from_outside(monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.1)
    with pytest.raises(Refused, match=r"^a power was not read: it took longer than 0.1 s\n"):
        bounded(Limits(seconds=0.1), "a power", pow, 3, 10**9)


def test_what_ends_its_process_or_needs_too_much_memory_is_refused():
    with pytest.raises(Refused, match=r"^notes.py was not read: its process ended: "):
        bounded(Limits(), "notes.py", os._exit, 0)
    with pytest.raises(Refused) as refused:
        bounded(Limits(gigabytes=0.25), "notes.py", bytes, 2**30)
    assert str(refused.value) == f"notes.py was not read: it needs more memory than there is\n  {MORE_CURE}"


def test_a_mistake_of_ours_is_no_usage():
    with pytest.raises(Refused, match="gradcheck failed: ZeroDivisionError: "):
        bounded(Limits(), "notes.py", divmod, 1, 0)
