"""The displays of the five documents, under headers of at most five lines, are read as their derivations have them.

Of each document its displays are kept, formula and line; the words around them are not needed. What is read has the
value of the printed form in the module, at a random point of the prime field, and gets its verdict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from same_reading import AsRead, Point, Written, as_read, written

from gradcheck.documents.derivations import Derivation
from gradcheck.documents.tex.pages import Page, page
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import abstract
from gradcheck.verdicts import Verdict

HERE = Path(__file__).parent
RIGHT, WRONG = {Verdict.PROVED, Verdict.DEFINITION}, {Verdict.REFUTED, Verdict.ILL_SHAPED}


@dataclass(frozen=True)
class Document:
    """steps: the right-hand sides of its displays. unread: how many of them may stay so. elsewhere: the steps that the
    module has at another line, or says of something else, by line.
    """

    modules: tuple[str, ...]
    steps: int
    unread: int
    sizes: Mapping[str, int]
    columns: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[int, ...] = ()
    examples: str = "m"
    renamed: Mapping[str, str] = field(default_factory=dict)


class AnyLoss:
    """Any function of the difference of prediction and label, which the header of 002 takes for its loss."""

    is_abstract = True

    def __call__(self, prediction, label):
        return abstract("h")(prediction - label)

    def partial(self, place, prediction, label):
        return abstract("h").prime(prediction - label)


LAYERS = [{"depth": 3, "layer": layer, "g": (abstract("g"), abstract("g")), "loss": AnyLoss()} for layer in range(3)]
"""The networks of any depth of 002 are looked at with three layers, as its page is read."""


DOCUMENTS = {
    "000": Document(("two_layer",), 77, 3, {"n": 5, "N": 6, "a": 2, "b": 3}, elsewhere=(42, 90)),
    "001": Document(("two_layer_by_hand",), 30, 0, {"n": 5, "m": 4}, {"x": "X", "y": "Y"}),
    "002": Document(
        ("layers",),
        46,
        17,
        {"n0": 5, "n1": 7, "n2": 6, "n3": 1, "n4": 3, "n5": 2, "m": 4},
        {"x": "X", "y": "Y"},
        (14, 18, 39, 39, 40, 93, 185, 185, 187),
        renamed={"A0": "X"},
    ),
    "003": Document(
        ("relu_sigmoid",),
        52,
        1,
        {"n0": 5, "n1": 7, "n_0": 5, "n_1": 7, "m": 4},
        {"x": "X", "y": "Y"},
        (15, 17, 21, 23, 23, 37, 71),
    ),
    "004": Document(
        ("logistic_regression",),
        93,
        67,
        {"m": 4, "n": 5, "n_train": 3, "n_test": 6},
        {"x": "x", "y": "y"},
        (51, 51, 331, 483, 487, 491),
        "n",
    ),
}
SECTION_1 = 100
"""004 is told apart: its first section, up to this line, is read; the second one composes functions, and counts entries
above and below."""
"""(5) to (8) of 003 are (1) to (4) there for all examples, and ReLU′ is that of a vector of its own; (5) of 000 is of
any number, and its (13) is the log-likelihood, of which the header says that ℒ is its negative. What 002 says in words
of columns is no claim of its module, whose learning rate is positive."""


def header(name: str) -> str:
    return (HERE / "headers" / f"{name}.md").read_text(encoding="utf-8")


@cache
def shown(name: str) -> Page:
    """The page of a document's displays, below its header."""
    text = header(name)
    above = text.count("\n")
    for line, tex in json.loads((HERE / "displays" / f"{name}.json").read_text(encoding="utf-8")):
        text += "\n" * (above + line - 1 - text.count("\n")) + f"$${tex}$$"
    return page(text, f"{name}.md")


@cache
def derived(name: str) -> Derivation:
    return derivation_of(shown(name), f"{name}.md")


@cache
def both(name: str) -> tuple[list[AsRead], list[Written]]:
    """What is read, and what is written, with values at one point."""
    document = DOCUMENTS[name]
    point = Point(document.sizes, document.columns, document.examples, document.renamed)
    return list(as_read(derived(name), point)), list(written(document.modules, point, LAYERS))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_headers_have_at_most_five_lines_of_120_characters(name: str) -> None:
    lines = header(name).splitlines()
    assert len(lines) <= 5
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nearly_all_right_hand_sides_are_read(name: str) -> None:
    whole = derived(name).page
    assert whole is not None
    kinds = [step.kind for step in whole.notes.steps]
    assert (len(kinds), kinds.count("unread")) == (DOCUMENTS[name].steps, DOCUMENTS[name].unread)


def test_the_first_section_on_logistic_regression_is_read_but_for_one_composition() -> None:
    above = header("004").count("\n")
    whole = derived("004").page
    assert whole is not None
    kinds = [step.kind for step in whole.notes.steps if step.line - above < SECTION_1]
    assert (len(kinds), kinds.count("unread")) == (21, 1)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_read_has_the_value_of_what_is_printed(name: str) -> None:
    found, known = both(name)
    above = header(name).count("\n")
    at_some_layer: dict[tuple[int, str], bool] = {}
    for one in found:
        is_meant = any(_is_meant(other, one, above) for other in known)
        at_some_layer[one.line, one.tex] = at_some_layer.get((one.line, one.tex), False) or is_meant
    others = [line - above for (line, _), is_meant in at_some_layer.items() if not is_meant]
    assert sorted(others) == sorted(DOCUMENTS[name].elsewhere)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_verdicts_are_those_of_the_module(name: str) -> None:
    found, known = both(name)
    above = header(name).count("\n")
    report = verify_derivation(derived(name), examples=2)
    said = {
        (step.source_line, step.tex): step.judgement.verdict
        for claim in report.claims
        for step in claim.steps
        if step.judgement.verdict is not Verdict.NOT_READ
    }
    for one in found:
        kinds = {other.kind for other in known if _is_meant(other, one, above)}
        verdict = said[one.line, one.tex]
        if "step" in kinds:
            assert verdict in RIGHT, one
        elif kinds == {"misprint"}:
            assert verdict in WRONG, one


def test_a_value_that_is_not_that_of_the_module_is_noticed() -> None:
    found, known = both("003")
    above = header("003").count("\n")
    one = next(one for one in found if one.line - above == 63)
    other = next(two for two in found if two.line - above == 89)
    mixed = AsRead(one.line, one.tex, frozenset((t, s) for t, _ in one.values for _, s in other.values))
    assert any(_is_meant(step, one, above) for step in known)
    assert not any(_is_meant(step, mixed, above) for step in known)


def _is_meant(step: Written, one: AsRead, above: int) -> bool:
    """Whether a step of the module is what was read, as printed, or as it is meant where a custom is followed."""
    return step.line == one.line - above and (step.says(one) or (step.kind == "abuse" and step.means(one)))
