"""What programs are rewritten by is true: exact algebra proves every row, and refutes what is nearly one."""

from __future__ import annotations

import inspect

import pytest

from gradcheck import claim, derivation, real, verify
from gradcheck.functions.table import exp, log, sigmoid, softplus
from gradcheck.programs import equations
from gradcheck.programs.equations import Equation
from gradcheck.verdicts import Verdict

TABLES = [*equations.STABLE, *equations.CHEAP, *equations.OF_UFUNCS, equations.BESIDE_SOFTPLUS]
WRONG = [
    Equation(lambda z: 1 - sigmoid(z), lambda z: sigmoid(z)),
    Equation(lambda z: log(sigmoid(z)), lambda z: -softplus(z)),
    Equation(lambda z, y: y * -softplus(-z) + (1 - y) * -softplus(z), lambda z, y: softplus(z) - y * z),
    Equation(lambda z: sigmoid(z), lambda z: exp(z + softplus(z))),
    Equation(lambda c, x: x / c, lambda c, x: c * x),
]


def verdict_on(equation: Equation) -> Verdict:
    """What verification says of the equation as a claim about numbers."""

    @derivation(source="a table")
    def equation_as_claim():
        numbers = [real(letter) for letter in inspect.signature(equation.left).parameters]
        yield claim(equation.left(*numbers), equation.right(*numbers))

    (found,) = verify(equation_as_claim).derivations
    return found.claims[0].steps[0].judgement.verdict


def text_of(equation: Equation) -> str:
    numbers = [real(letter) for letter in inspect.signature(equation.left).parameters]
    return f"{equation.left(*numbers)!r} = {equation.right(*numbers)!r}"


@pytest.mark.parametrize("equation", TABLES, ids=text_of)
def test_an_equation_is_proved(equation):
    assert verdict_on(equation) is Verdict.PROVED


@pytest.mark.parametrize("equation", WRONG, ids=text_of)
def test_a_wrong_equation_is_refuted(equation):
    assert verdict_on(equation) is Verdict.REFUTED


@pytest.mark.parametrize("equation", TABLES, ids=text_of)
def test_both_sides_have_the_same_letters(equation):
    assert list(inspect.signature(equation.left).parameters) == list(inspect.signature(equation.right).parameters)
