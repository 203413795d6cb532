"""What a derivation may take."""

from __future__ import annotations

import signal

import pytest

from gradcheck import claim, derivation, real, verify
from gradcheck.judging import verification
from gradcheck.limits import LONGER, Allowance, Clock, Limits, OutOfTime, is_from_a_person, is_over


def test_a_stage_gets_what_is_left_of_the_whole(monkeypatch):
    clock = Clock(Limits(seconds=3), started=100.0)
    for now, left in [(100, 3), (157.5, 2.5)]:
        monkeypatch.setattr("time.monotonic", lambda now=now: now)
        assert clock.next_stage() == left
    monkeypatch.setattr("time.monotonic", lambda: 100 + 3 * LONGER)
    with pytest.raises(OutOfTime, match=r"^it took longer than 60 s$"):
        clock.next_stage()


@pytest.mark.parametrize(
    ("waited", "computed", "over"),
    [
        (59, 59, False),
        (60, 60, True),
        (60, 5, False),  # it waits for its turn
        (60, 1, True),  # it sleeps
        (200, 55, False),
        (200, 61, True),
        (300, 55, True),
        (70, 400, True),  # on several processors
        (50, 400, False),
    ],
)
def test_a_stage_is_over_when_it_has_had_its_time_on_a_processor_too(waited, computed, over):
    assert is_over(60, waited, computed) is over


def test_an_allowance_is_used_up_by_what_is_computed_and_not_by_what_is_waited(monkeypatch):
    now = {"monotonic": 100.0, "thread_time": 7.0}
    for clock in now:
        monkeypatch.setattr(f"time.{clock}", lambda clock=clock: now[clock])
    allowance = Allowance(10.0)
    for waited, computed, is_used_up in [(9, 9, False), (30, 8, False), (30, 10, True), (50, 8, True)]:
        now.update(monotonic=100.0 + waited, thread_time=7.0 + computed)
        assert allowance.is_used_up is is_used_up


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_is_a_persons_unless_it_is_ignored():
    assert is_from_a_person(KeyboardInterrupt())
    assert not is_from_a_person(SystemExit())
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert not is_from_a_person(KeyboardInterrupt())
    finally:
        signal.signal(signal.SIGINT, before)


def three():
    @derivation()
    def sums():
        x = real("x")
        yield claim(x + x, 2 * x, 3 * x, x * 2)

    return sums


def test_in_this_process_time_is_looked_at_between_steps(monkeypatch):
    true_step = verification.Verifier.step

    def slow(self, position):
        self.clock.started -= 61 if position.step == 1 else 0
        return true_step(self, position)

    monkeypatch.setattr(verification.Verifier, "step", slow)
    report = verify(three(), limit=3)
    assert [step.judgement.verdict.value for step in report.steps] == ["proved", "refuted"]
    (problem,) = report.all_problems
    assert "x + x, step 3, was not judged: it took longer than 60 s" in str(problem)
    assert report.exit_code == 2


def test_memory_that_is_not_there_is_no_contradiction(monkeypatch):
    def hungry(self, position):
        raise MemoryError

    monkeypatch.setattr(verification.Verifier, "step", hungry)
    report = verify(three())
    assert not report.derivations[0].claims
    assert ["it needs more memory than there is" in str(problem) for problem in report.all_problems] == 3 * [True]
    assert report.exit_code == 2
