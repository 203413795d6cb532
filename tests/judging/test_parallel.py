"""Several processes give the same report as one."""

from __future__ import annotations

import textwrap

import pytest

from gradcheck.documents.files import collect
from gradcheck.judging import parallel
from gradcheck.judging.verification import verify_all

MANY = """
from gradcheck import claim, derivation, dims, gradient, real

print("loud module")


def write(factor):
    n = dims("n")
    x = real("x", n)
    yield claim(gradient((x * x).sum(), x), factor * x)

"""


@pytest.fixture
def many(write):
    one = "\n\n@derivation()\ndef d{0}():\n    yield from write({0})\n"
    return write("derivations/many.py", textwrap.dedent(MANY) + "".join(map(one.format, range(1, 9))))


@pytest.mark.parametrize("cores", [1, 2])
def test_the_report_is_the_same_and_in_order_on_any_number_of_processes(many, monkeypatch, capfd, cores):
    monkeypatch.setattr(parallel, "_cores", lambda: cores)
    found = collect([str(many)])
    seen, told = [], []
    report = parallel.verify_on_all_cores(found.derivations, (), 3, lambda *p: told.append(p[0]), seen.append)
    assert report == verify_all(found.derivations, examples=3)
    assert [step.judgement.verdict.value for step in report.steps] == ["refuted", "proved"] + 6 * ["refuted"]
    assert list(report.derivations) == seen
    assert told == [f"d{i}" for i in range(1, 9)]


def test_what_modules_print_stays_off_standard_output(many, monkeypatch, capfd):
    monkeypatch.setattr(parallel, "_cores", lambda: 2)
    derivations = collect([str(many)]).derivations
    capfd.readouterr()
    parallel.verify_on_all_cores(derivations, (), 1, lambda *_: None, lambda _: None)
    assert capfd.readouterr().out == ""


def test_few_derivations_are_verified_in_this_process(many, monkeypatch):
    monkeypatch.setattr(parallel.multiprocessing, "get_context", lambda _: pytest.fail("processes were started"))
    few = collect([str(many)]).derivations[: parallel.WORTH_IT - 1]
    assert len(parallel.verify_on_all_cores(few, (), 1, lambda *_: None, lambda _: None).derivations) == len(few)
