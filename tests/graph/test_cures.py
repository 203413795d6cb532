"""Names of other libraries, and NumPy's without a rule: a message has the call, and a cure that runs."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import claim, derivation, dims, real, verify
from gradcheck.graph import Array, cures
from gradcheck.graph.names import NUMPY, UnknownFunction
from gradcheck.graph.sizes import SizeError
from gradcheck.notation import softmax
from gradcheck.verdicts import Verdict

n, m = dims("n m")
X, x, S = real("X", n, m), real("x", 3), real("S", 3, 3)


def ufunc(name):
    """A function of another library, of NumPy's type, as those of scipy.special are."""
    return SimpleNamespace(__name__=name)


def scipys(name, *args):
    return args[0].__array_ufunc__(ufunc(name), "__call__", *args)


def torchs(name, *args):
    return Array.__torch_function__(SimpleNamespace(__name__=name), (), args)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: scipys("expit", X),
            r"^expit\(X\) is no function of NumPy's: write sigmoid\(X\), which gradcheck\.not",
        ),
        (lambda: scipys("erf", X / 2), r"^erf\(X / 2\) is no function of NumPy's: write erf\(X / 2\), which"),
        (
            lambda: scipys("psi", X.sum()),
            r"^psi\(X\.sum\(\)\) is no function of NumPy's: write digamma\(X\.sum\(\)\), which",
        ),
        (lambda: scipys("gammaln", X), r"write lgamma\(X\), which"),
        (lambda: scipys("xlogy", X, 1 - X), r"^xlogy\(X, 1 - X\) .* write X \* log\(1 - X\), with log of"),
        (lambda: scipys("zeta", X), r"^zeta\(X\) is no function of NumPy's: write it with NumPy's functions and those"),
        (lambda: torchs("relu", X), r"^torch\.relu\(X\) is no function of NumPy's: write relu\(X\), which"),
        (lambda: torchs("gelu", X), r"write gelu\(X\), or gelu_tanh\(X\) for the approximation by tanh, which"),
        (lambda: torchs("unsqueeze", X, 0), r"^torch\.unsqueeze\(X, 0\) .* write np\.expand_dims\(X, 0\)$"),
        (lambda: X.__jax_array__(), r"none of JAX's: write NumPy's functions, np\.exp for jnp\.exp"),
        (
            lambda: np.asarray(X),
            r"no numbers to convert: keep it symbolic, with functions of NumPy's and of gradcheck\.",
        ),
        (lambda: X.sum(dim=0), r"^sum\(dim=0\): write axis=0, as in NumPy$"),
        (lambda: X.max(keepdim=True), r"^max\(keepdim=True\): write keepdims=True, as in NumPy$"),
        (lambda: softmax(X, dim=1), r"^softmax\(dim=1\): write axis=1, as in NumPy$"),
        (lambda: X // 2, r"function table: X // 2 rounds, and has no row: write X / 2"),
        (lambda: 2 % X, r"function table: 2 % X is what rounding leaves, and has no row"),
    ],
)
def test_names_of_other_libraries_are_refused_with_ours(call, message):
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sigmoid", r"^symbolic arrays have no \.sigmoid: write sigmoid\(X\), which gradcheck\.notation has$"),
        ("pow", r"write X \*\* y$"),
        ("unsqueeze", r"write np\.expand_dims\(X, y\)$"),
        ("view", r"write X\.reshape\(y\)$"),
        ("detach", r"gradient\(J, Z\)$"),
        ("summ", r"did you mean \.sum\?$"),
        ("foo", r"use operators, \.T, \.sum\(\) and np\.…$"),
    ],
)
def test_attributes_of_other_libraries_are_refused_with_ours(name, message):
    with pytest.raises(AttributeError, match=message):
        getattr(X, name)


@pytest.mark.parametrize("name", ["sort", "cross", "log2", "arccosh", "stack_up"])
def test_nobody_is_asked_whether_they_meant_what_looks_alike(name):
    with pytest.raises(UnknownFunction) as caught:
        X.__array_function__(SimpleNamespace(__name__=name, __module__="numpy"), (), (X,), {})
    assert "did you mean" not in str(caught.value)


@derivation()
def notes():
    yield claim(X.sigmoid() + 1, X)
    yield claim(X.pow(2), X * X)
    yield claim(torchs("relu", X), X)
    yield claim(X * 2, X + X)


def test_in_a_derivation_only_the_claims_that_they_occur_in_are_not_judged():
    report = verify(notes, examples=1)
    assert [step.judgement.verdict for step in report.steps] == [Verdict.UNDECIDED] * 3 + [Verdict.PROVED]
    assert ["write sigmoid(X)" in str(report), "write X ** 2" in str(report), "write relu(X)" in str(report)] == [
        True
    ] * 3


# ---- cures are cures -------------------------------------------------------------------------------------------------

ALL = {**cures.NUMPYS, **cures.ELSEWHERE}
PLACEHOLDERS = (
    "axis=…",
    "axis)",
    "shape",
    "mask",
    "condition",
    "W.T",
    "eps",
    " k ",
    "[:k]",
    "Y",
    "A @ B @ C",
    "(n - 1)",
)
PLACEHOLDERS += ("w *", "value", "low, high", "axes)", "gradient(J", "eye(n)")


def formulas(cure):
    """What a cure says to write, for a vector, a matrix where it needs one, and another."""
    text = re.sub(
        r", (?:with|which|for|where|as|and so on|or|one inside).*| where .*", "", cure.format(x="x", more="y")
    )
    return text.removeprefix("write ") if text.startswith("write ") else ""


RUNNABLE = sorted(name for name, cure in ALL.items() if formulas(cure) and not any(p in cure for p in PLACEHOLDERS))


def conforms(formula, words):
    try:
        made = eval(formula, words)
    except UnknownFunction:
        raise
    except (TypeError, SizeError):  # an axis or a size has to be a number, and no array
        return False
    return not isinstance(made, Array) or made.conforms


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_cure_runs(name):
    from gradcheck import notation

    words = {word: getattr(notation, word) for word in notation.__all__}
    words |= {"np": np, "Fraction": Fraction, "x": np.abs(x) / 10 + 0.1, "y": x + 1}
    formula = formulas(ALL[name])
    ast.parse(formula, mode="eval")
    assert any(conforms(formula, words | given) for given in ({}, {"x": S, "y": S}, {"y": 2}, {"x": S, "y": (1, 0)}))


def test_most_cures_are_run():
    assert len(RUNNABLE) > 100


def test_no_cure_stands_for_what_has_a_rule():
    assert not set(cures.NUMPYS) & set(NUMPY)
