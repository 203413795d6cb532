"""Derivatives of scalar expressions: those of SymPy, in every row of the table and in random expressions."""

from __future__ import annotations

import random

import pytest
import sympy as sp
from fuzzing import proofs

from gradcheck.functions import TABLE, abstract, leaky_relu
from gradcheck.functions.extremes import chosen, equals_largest, largest
from gradcheck.proofs.calculus import Derivatives

x, y = sp.symbols("x y", real=True)
ROWS = {**TABLE, "leaky_relu(0.07)": leaky_relu(0.07), "g": abstract("g"), "L": abstract("L", 2)}
CASES, SEED = 300, 1


def is_right(expression, symbol=x):
    """Whether SymPy finds the same, at a point at least."""
    difference = Derivatives(symbol)(expression) - sp.diff(expression, symbol)
    return difference == 0 or is_0_at_a_point(difference)


def is_0_at_a_point(difference):
    at = {symbol: sp.Rational(3 + 2 * i, 11) for i, symbol in enumerate(sorted(difference.free_symbols, key=str))}
    value = difference.xreplace(at).evalf(30, chop=True)
    return value in (sp.nan, sp.zoo) or abs(value) < 1e-20


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_the_table(name):
    row = ROWS[name]
    for k in range(row.arity):
        args = [y, y + 1, y + 2][: row.arity]
        args[k] = x * y
        assert is_right(sp.sympify(row.sympy(*args)))


@pytest.mark.parametrize(
    "expression",
    [
        sp.S(3),
        y,
        x**y,
        y**x,
        x**x,
        x ** sp.Rational(1, 3),
        (x + y) ** -2 * sp.exp(x * y) / x,
        sp.Abs(x) + sp.Max(x, y),
        sp.Piecewise((x**2, x > y), (x, True)),
        sp.polygamma(1, x * y),
        largest(x, x * y, y),
        chosen(0, x, y, x + y) * x,
        equals_largest(0, x, y, x + y) * x,
    ],
    ids=str,
)
def test_other_expressions(expression):
    assert is_right(expression)


def wrong():
    """Random expressions of which SymPy has another derivative."""
    trees = (proofs._tree(random.Random(f"{SEED} {number}"), 3) for number in range(CASES))
    symbols = (proofs.SYMBOLS["x"], proofs.SYMBOLS["p"])
    for tree in trees:
        try:
            expression = sp.sympify(proofs._read(tree, proofs.SYMBOLS, 1))
            if not all(is_right(expression, symbol) for symbol in symbols):
                yield expression
        except (ArithmeticError, TypeError):  # SymPy sees a 0 in a denominator, or an order among complex numbers
            continue


def test_random_expressions():
    assert list(wrong()) == []


def test_a_wrong_rule_is_noticed(monkeypatch):
    monkeypatch.setattr(sp.exp, "fdiff", lambda self, argindex: -self)
    assert not is_0_at_a_point(Derivatives(x)(sp.exp(x * y)) - y * sp.exp(x * y))


def test_a_subexpression_is_differentiated_once():
    deep = x
    for _ in range(60):
        deep = sp.sin(deep) * deep
    derivatives = Derivatives(x)
    derivatives(deep)
    assert len(derivatives._known) <= 2 * 60 + 60  # products are flat
