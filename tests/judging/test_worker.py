"""What a child does by itself: it ends what takes too long."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time

import pytest

from gradcheck.judging import worker
from gradcheck.judging.worker import Loss, Stage, _Child, perform
from gradcheck.limits import LONGER_CURE, Limits, OutOfTime


@pytest.fixture
def child():
    ours, theirs = multiprocessing.Pipe(duplex=False)
    before = signal.getsignal(signal.SIGALRM)
    yield _Child(theirs, Limits()), ours
    signal.signal(signal.SIGALRM, before)


def busy(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@pytest.mark.parametrize("what", [busy, time.sleep], ids=["computes", "sleeps"])
def test_what_takes_too_long_is_ended_and_the_parent_knows_how_long_it_may(child, what):
    child, ours = child
    with pytest.raises(OutOfTime, match=r"^it took longer than 0.1 s$"), child.stage(0.1):
        what(30)
    assert ours.recv() == Stage(0.1)


def test_what_waits_for_its_turn_is_given_longer(child, monkeypatch):
    child, _ = child
    monkeypatch.setattr(time, "process_time", lambda: time.monotonic() / 10)
    with child.stage(0.2):
        busy(0.5)
    with pytest.raises(OutOfTime), child.stage(0.1):
        busy(30)


def test_what_is_deleted_when_it_rings_does_not_stop_it(child, monkeypatch):
    class Slow:
        def __del__(self):
            busy(0.3)

    monkeypatch.setattr(worker, "AGAIN", 0.1)
    monkeypatch.setattr(sys, "unraisablehook", worker._say_what_is_lost)
    child, _ = child

    def delete_and_compute():
        Slow()
        busy(30)

    with pytest.raises(OutOfTime), child.stage(0.1):
        delete_and_compute()


def test_nothing_rings_behind_a_stage(child):
    child, _ = child
    with child.stage(0.05):
        pass
    time.sleep(0.1)


def test_why_something_came_to_no_end_is_told():
    def raise_(error):
        raise error

    assert perform(raise_, OutOfTime(2)) == Loss("it took longer than 2 s", LONGER_CURE)
    assert perform(raise_, MemoryError()).why == "it needs more memory than there is"
    assert perform(raise_, KeyboardInterrupt()).why.startswith("gradcheck failed: KeyboardInterrupt")
    assert perform(raise_, ValueError("no")).cure == "this is a mistake in gradcheck: please report it"
    assert perform(len, ()) is None
