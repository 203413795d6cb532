"""Code to take away: it runs with NumPy alone, and computes what the oracles do."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest

from gradcheck import check_gradient, claim, derivation, dims, gradient, misprint, one_hot, real
from gradcheck.graph import size_symbols
from gradcheck.network.code import code
from gradcheck.network.engine import value_and_gradients
from gradcheck.network.problems import CannotTrain, derivations_of, problem_of
from gradcheck.notation import abstract, log, relu, softmax
from gradcheck.numerics.evaluate import number_of

DOCUMENTS = Path(__file__).parent.parent.parent / "derivations"
FILES = sorted(file.name for file in DOCUMENTS.glob("*.py") if file.name != "layers_assumptions.py")


def function_in(text):
    """The one function of a module that is executed in an empty namespace."""
    space = {}
    exec(compile(text, "code", "exec"), space)
    assert {name for name in space if not name.startswith("__")} - {"np"}
    return next(value for value in space.values() if inspect.isfunction(value))


def unknown(name):
    """An abstract function by the name of an argument: g, g_prime, L, or L_1."""
    base, _, derived = name.partition("_")
    row = abstract("ℓ" if base == "l" else base, 2 if base in "lL" else 1)  # Python reads ℓ as l
    return (row.derived(0) if derived else row).numpy


def drawn(problem, seed):
    """Arrays by name at other sizes for every seed, in the order of the arguments."""
    rng = np.random.default_rng(seed)
    sizes = {symbol: 2 + (seed + i) % 4 for i, symbol in enumerate(size_symbols(problem.graphs))}
    nodes = [*problem.data, *problem.parameters]
    shapes = {node.name: tuple(number_of(size, sizes) for size in node.shape) for node in nodes}
    return {node.name: node.domain.sample(rng, shapes[node.name]) for node in nodes}


def assert_computes(text, problem, seed):
    f, at = function_in(text), drawn(problem, seed)
    functions = {name: unknown(name) for name in list(inspect.signature(f).parameters)[len(at) :]}
    value, slopes = value_and_gradients(problem.cost, problem.parameters, at)
    found, *gradients = f(*at.values(), *functions.values())
    assert np.shape(found) == ()
    np.testing.assert_allclose(found, value, rtol=1e-9)
    for slope, expected in zip(gradients, slopes, strict=True):
        assert np.shape(slope) == expected.shape
        np.testing.assert_allclose(slope, expected, rtol=1e-9, atol=1e-12)

    def both(*values):
        return f(*[at[node.name] for node in problem.data], *values, *functions.values())

    parameters = [at[node.name] for node in problem.parameters]
    assert check_gradient(lambda *p: both(*p)[0].item(), lambda *p: both(*p)[1:], *parameters).verdict == "agrees"


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("file", FILES)
def test_the_code_of_every_document_computes_what_the_oracles_do(file, seed):
    derivations = derivations_of(DOCUMENTS / file)
    problem = problem_of(derivations, {})
    assert_computes(code(problem, Path(file).stem, file), problem, seed)


@pytest.mark.parametrize("name", ["tanh", "relu", "softplus", "leaky_relu(0.01)", "sigmoid"])
def test_what_is_set_is_written_out(name):
    from gradcheck.functions import TABLE

    (procedure,) = derivations_of(f"{DOCUMENTS / 'layers.py'}::procedure")
    problem = problem_of([procedure], {"depth": 2, "g": TABLE[name], "loss": TABLE["squared_error"]})
    text = code(problem, "procedure", procedure.file)
    assert "_prime" not in text
    assert_computes(text, problem, 3)


# ---- classes, and a wrong formula ----------------------------------------------------------------------------------

n, k, m = dims("n k m")


@derivation(source="notes")
def classes():
    X, Y, W = real("X", n, m), one_hot("Y", k, m), real("W", k, n)
    Z = W @ X
    P = softmax(Z, axis=0)
    J = -(Y * log(P)).sum() / m
    yield claim(gradient(J, W), misprint((P - Y) @ X.T, (P - Y) @ X.T / m, "1/m is lost,\nand nobody knew"))


def test_it_is_stable_where_the_document_is_not():
    problem = problem_of([classes], {})
    f = function_in(code(problem, "classes", classes.file))
    W = np.array([[1000.0, 0.0], [-1000.0, 0.0], [0.0, 500.0]])
    J, dW = f(np.eye(2), np.eye(3)[:, [1, 1]], W)
    assert J == (2000 + 500) / 2
    np.testing.assert_allclose(dW, [[0.5, 0.0], [-0.5, -0.5], [0.0, 0.5]], atol=1e-200)
    assert_computes(code(problem, "classes", classes.file), problem, 5)


def test_it_names_what_is_marked_as_wrong_and_speaks_the_authors_names():
    text = code(problem_of([classes], {}), "classes", classes.file)
    assert "# marked as wrong there: ∂J/∂W (classes, step [0], line " in text
    assert "): 1/m is lost, and nobody knew\n" in text
    assert "    Z = W @ X\n" in text
    assert "    P = v2 / v3\n" in text
    assert text.count("np.exp(") == 1


def test_a_wrong_formula_that_nobody_marked_is_not_printed():
    @derivation(source="notes")
    def squares():
        X, W = real("X", n, m), real("W", k, n)
        J = (relu(W @ X) ** 2).sum() / 2
        yield claim(gradient(J, W), W @ X @ X.T)

    problem = problem_of([squares], {})
    assert_computes(code(problem, "squares", squares.file), problem, 1)


def test_names_that_are_taken_are_others():
    @derivation(source="notes")
    def lambda_():
        x, np_, v1, J_ = real("x", m), real("np", m), real("v1", m), real("J", m)
        cost = (x * np_ * v1 * J_ * J_).sum()
        yield claim(gradient(cost, np_), x * v1 * J_ * J_)

    problem = problem_of([lambda_], {})
    text = code(problem, "lambda", lambda_.file)
    assert "def lambda_(x, " in text
    assert "np_" in text
    assert_computes(text, problem, 1)


def test_a_size_that_no_array_tells_is_said():
    @derivation(source="notes")
    def mean():
        x = real("x", n)
        J = (x * x).sum() / m
        yield claim(gradient(J, x), 2 * x / m)

    @derivation(source="notes")
    def mean_of_w():
        w = real("w", n)
        J = (w * w).sum() / m
        yield claim(gradient(J, w), 2 * w / m)

    with pytest.raises(CannotTrain, match="claims no gradient"):
        problem_of([mean], {})
    with pytest.raises(CannotTrain, match=r"mean_of_w cannot be written in plain NumPy: the size m is that of no inp"):
        code(problem_of([mean_of_w], {}), "mean_of_w", mean_of_w.file)
