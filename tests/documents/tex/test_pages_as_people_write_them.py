"""Pages as people write them are read, and every verdict is what a mathematician says of the relation.

The reader was developed on some of the pages. How it did on the others at first sight is in benchmarks/RESULTS.md.
"""

from __future__ import annotations

import pytest
from notes import PAGES, WRONG, counted, is_false, is_read, judged, pages

from gradcheck.verdicts import Verdict

LEAST_READ = {
    "development": 0.9,
    "unseen": 0.84,
    "third": 0.8,
    "fourth": 0.82,
    "fifth": 0.78,
    "sixth": 0.62,
    "seventh": 0.68,
    "eighth": 0.68,
    "ninth": 0.76,
}
"""Of the pages of each folder, the part of their steps."""
FILES = [file for folder in LEAST_READ for file in pages(PAGES / folder)]
CUSTOMARY = {("batch_norm_by_entries.md", 74), ("net231.md", 47), ("logistic-lecture.md", 39), ("ridge-blog.md", 12)}
"""A number that is added to every entry of a vector, or stands for an array of one entry: so it is read, and said."""
UNDECIDED = {
    ("conv_question.md", 40),
    ("llm_softmax_answer.md", 81),
    ("multiclass_logistic.tex", 64),
    ("question-logreg.md", 37),
    ("question-logreg.md", 57),
}
"""Mistakes that are undecided: what the page supposes may make them right, or few examples do not show them."""
KNOWN = {("regression-notes.md", 13), ("ridge_textbook.tex", 58)}
"""Vectors x_i of a later section are taken for the numbers x_i of this one: a right formula is called ill-shaped. And a
stationary point that is given a wrong closed form is taken for one that is defined so."""


@pytest.fixture(scope="module")
def read_pages():
    return {}


@pytest.fixture(params=FILES, ids=lambda file: file.name)
def page(request, read_pages):
    file = request.param
    if file not in read_pages:
        read_pages[file] = judged(file, examples=3)
    return file.name, read_pages[file]


def test_no_verdict_is_false(page):
    name, steps = page
    false = [(one["line"], one["tex"], step.read_as) for one, step in steps if is_false(one, step)]
    assert [line for line, *_ in false if (name, line) not in CUSTOMARY | KNOWN] == []


def test_every_mistake_that_is_read_is_found(page):
    name, steps = page
    wrong = [(one["line"], step.judgement.verdict) for one, step in steps if one["is"] == "wrong" and is_read(step)]
    assert [line for line, verdict in wrong if verdict not in WRONG and (name, line) not in UNDECIDED | KNOWN] == []


def test_what_is_not_read_has_its_reason(page):
    _, steps = page
    assert all(step.unread for _, step in steps if step is not None and step.judgement.verdict is Verdict.NOT_READ)


@pytest.mark.parametrize("folder", LEAST_READ)
def test_most_steps_are_read(read_pages, folder):
    figures = []
    for file in pages(PAGES / folder):
        if file not in read_pages:
            read_pages[file] = judged(file, examples=3)
        figures.append(counted(read_pages[file]))
    assert sum(f["read"] for f in figures) > LEAST_READ[folder] * sum(f["steps"] for f in figures)
