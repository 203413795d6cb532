"""Conventions at kinks: any value between the one-sided slopes, for functions of one number with one kink."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import verify
from gradcheck.documents.claims import claim
from gradcheck.documents.derivations import derivation
from gradcheck.functions import table as functions
from gradcheck.graph import dims, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import gradient, leaky_relu, real, relu
from gradcheck.numerics.kinks import one_sided
from gradcheck.numerics.reverse_mode import expand
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer, Verdict

n = dims("n")
x, z = real("x"), real("z", n)
AT_0, ZEROS = Point({}, 1, {}, "zeros"), Point({n: 1}, 1, {}, "zeros")


def slopes(target, point=AT_0):
    return one_sided(target, expand(target), NumericPoint(point, inputs_of([target])).evaluation)


def said(target, step, point=AT_0):
    return NumericPoint(point, inputs_of([target])).compare(target, step)


@pytest.mark.parametrize("wrong", [2, -0.5, 1.001, -1])
def test_a_value_outside_of_the_slopes_is_wrong(wrong):
    found = said(gradient(relu(x), x), wrong + 0 * x)
    assert found.backprop is Answer.DIFFERS
    assert found.remark == "at a kink with one-sided slopes 0 and 1"


@pytest.mark.parametrize("right", [0, 0.5, 1])
def test_every_value_between_the_slopes_is_a_convention(right):
    assert said(gradient(relu(x), x), right + 0 * x).backprop is Answer.UNRESOLVED


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [(relu, 0, 1), (leaky_relu(0.1), 0.1, 1), (abs, -1, 1), (lambda t: np.maximum(t, 3 * t + 0), 1, 3)],
)
def test_slopes_are_those_of_the_function(f, low, high):
    assert slopes(gradient(f(x), x))[:2] == pytest.approx((low, high))


def test_slopes_are_those_at_the_kink_and_not_beside_it():
    """The gradient of x |x| is 2 |x|: 0 at the kink, and on no side of it."""
    target = gradient(abs(x) * x, x)
    assert slopes(target)[:2] == pytest.approx((0, 0))
    assert said(target, abs(x) + x * np.where(x > 0, 1, -1)).backprop is not Answer.DIFFERS
    assert said(target, 2 * abs(x)).backprop is not Answer.DIFFERS
    assert said(target, 2 * abs(x) + 0.001).backprop is Answer.DIFFERS


@pytest.mark.parametrize("row", [f for f in functions.TABLE.values() if f.at_kink is not None], ids=repr)
def test_the_conventions_of_the_table_lie_between_the_slopes(row):
    of = row(x, 2 * x) if row.arity == 2 else row(x)
    found = slopes(gradient(of, x))
    assert found is not None
    value = NumericPoint(AT_0, [x]).engine(gradient(of, x))[0]
    assert found.allow(float(value))


def test_an_array_of_one_number_counts():
    assert slopes(gradient(relu(z).sum(), z), ZEROS)[:2] == pytest.approx((0, 1))
    assert said(gradient(relu(z).sum(), z), 2 * (z > -1), ZEROS).backprop is Answer.DIFFERS


def test_nothing_is_said_where_kinks_meet():
    target = gradient(relu(x) - relu(-x), x)  # x: the slope is 1, and 0 by the convention of both parts
    assert slopes(target) is None
    assert said(target, 0 * x).backprop is Answer.UNRESOLVED


@pytest.mark.parametrize("point", [Point({n: 2}, 1, {}, "zeros"), Point({n: 1}, 1)])
def test_nothing_is_said_of_several_numbers_or_off_the_kink(point):
    assert slopes(gradient(relu(z).sum(), z), point) is None


def test_a_wrong_convention_is_refuted_with_the_slopes():
    @derivation(source="notes")
    def notes():
        at_0 = (x >= 0) * (x <= 0)
        yield claim(gradient(relu(x), x), (x > 0) + 3 * at_0)
        yield claim(gradient(relu(x), x), x >= 0)

    wrong, right = verify(notes).steps
    assert wrong.judgement.verdict is Verdict.REFUTED
    assert "3 instead of 0" in wrong.judgement.message
    assert "at a kink with one-sided slopes 0 and 1" in wrong.judgement.message
    assert right.judgement.verdict.is_true
