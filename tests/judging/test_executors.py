"""Files and pages on executors: what is sent, what comes back, and what is said of workers that are lost."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from samples import HALVES, SQUARES

from gradcheck import derivation, real, verify
from gradcheck.documents.arguments import UsageError
from gradcheck.documents.claims import claim
from gradcheck.judging import executors
from gradcheck.verdicts import Verification

PAGE = r"$x \in \mathbb{R}^n$. $$\nabla_x (x^\top x) = 2 x$$ $$\nabla_x (x^\top x) = x$$"


class Here(Executor):
    """Does at once what it is asked for, and remembers it."""

    def __init__(self, found=None):
        self.asked, self.found = [], found

    def submit(self, function, /, *args, **kwargs):
        assert pickle.loads(pickle.dumps((function, args))) == (function, args)
        self.asked.append((function, args))
        future = Future()
        if isinstance(self.found, Exception):
            future.set_exception(self.found)
        else:
            future.set_result(self.found or Verification(()))
        return future


@derivation(source="here")
def own():
    x = real("x", 2)
    yield claim((x * x).sum(), (x**2).sum())


@pytest.fixture
def documents(write):
    """Three documents, of which one is wrong, and one cannot be read."""
    return [
        write("a/squares.py", SQUARES),
        write("a/notes.md", PAGE),
        write("a/halves.py", HALVES),
        write("b.py", "1 / 0"),
    ]


def said(report):
    return [
        (one.name, [(step.printed, step.judgement.verdict.value) for step in one.steps]) for one in report.derivations
    ]


def assert_the_same(found, documents):
    usual = verify(documents, examples=2)
    assert said(found) == said(usual)
    assert found.problems == usual.problems
    assert len(found.derivations) == 3
    assert "ZeroDivisionError" in str(found)


def test_paths_are_sent_and_the_texts_of_pages_and_reports_come_back(documents):
    here = Here()
    assert verify(documents, executor=here).derivations == ()
    sent = [args[0] for _, args in here.asked]
    assert [function for function, _ in here.asked] == [executors.verify_file] * 4
    assert [one.file.name for one in sent] == ["squares.py", "notes.md", "halves.py", "b.py"]
    assert [one.text for one in sent] == [None, PAGE, None, None]


def test_a_process_pool_finds_what_is_found_without_one(documents):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert_the_same(verify(documents, examples=2, executor=pool), documents)


def test_a_page_need_not_be_there_where_it_is_judged(documents, monkeypatch):
    class Elsewhere(ThreadPoolExecutor):
        def submit(self, function, /, *args, **kwargs):
            os.unlink(documents[1])
            return super().submit(function, *args, **kwargs)

    with Elsewhere(1) as pool:
        report = verify(documents[1], examples=2, executor=pool)
    assert [step.judgement.verdict.value for step in report.steps] == ["proved", "refuted"]


def test_dask_finds_what_is_found_without_it(documents, tmp_path):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "local_directory": str(tmp_path)}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        assert_the_same(verify(documents, examples=2, executor=client.get_executor()), documents)


def test_what_a_worker_was_lost_over_is_a_problem_of_its_file_and_of_no_other(documents):
    report = verify(documents[:2], executor=Here(OSError("no route to host")))
    assert report.exit_code == 2
    assert [problem.file for problem in report.problems] == ["a/squares.py", "a/notes.md"]
    assert report.problems[0].what == "it was not judged, and its worker may be lost: OSError: no route to host"


def test_a_name_that_stands_for_nothing_is_an_error_as_without_it(documents):
    with ThreadPoolExecutor(1) as pool, pytest.raises(UsageError, match="no derivation 'cubes'"):
        verify(f"{documents[0]}::cubes", executor=pool)


def test_limits_and_examples_are_sent(documents):
    here = Here()
    verify("a", examples=3, limit=7, memory=2, corrections=False, executor=here)
    assert {args[1:] for _, args in here.asked} == {(3, here.asked[0][1][2])}
    limits = here.asked[0][1][2]
    assert (limits.seconds, limits.gigabytes, limits.search) == (7, 2, 0)


def test_what_is_no_file_is_judged_here_and_progress_is_told_of_files_that_are_done(documents):
    told = []
    with ThreadPoolExecutor(1) as pool:
        report = verify([own, documents[1]], 2, lambda *words: told.append(words), executor=pool)
    assert [one.name for one in report.derivations] == ["notes", "own"]
    assert told == [("notes", 2, 2), ("own", 1, 1)]
