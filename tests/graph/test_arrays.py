"""Symbolic arrays are NumPy's: every spelling gives NumPy's numbers, and a misfit says which sizes differ."""

from __future__ import annotations

import copy
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gradcheck import graph
from gradcheck.functions import table as functions
from gradcheck.graph import Literal, Misfit, ShapeError, SizeError, UnknownFunction, dims, rounded_constant, walk
from gradcheck.notation import diag, identity, ones, positive, real, sigmoid
from gradcheck.numerics.evaluate import Evaluation

n, k, m = dims("n k m")
SIZES = {n: 2, k: 3, m: 4}
A, B, C = real("A", n, k), real("B", k, m), real("C", n, k)
S, u, v = real("S", n, n), real("u", n), real("v", k)
col, row, c = real("col", n, 1), real("row", 1, k), real("c")
P = positive("P", n, k)
T3, L = real("T3", n, k, m), real("L", 2, 3)
INPUTS = (A, B, C, S, u, v, col, row, c, P, T3, L)


# ---- what does not conform ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: A @ C, "(n, k) @ (n, k): k is not n"),
        (lambda: A @ A, "(n, k) @ (n, k): k is not n"),
        (lambda: u @ A.T, "(n,) @ (k, n): n is not k"),
        (lambda: A @ u, "(n, k) @ (n,): k is not n"),
        (lambda: A + B, "(n, k) + (k, m): n is not k"),
        (lambda: A * A.T, "(n, k) * (k, n): n is not k"),
        (lambda: A - u, "(n, k) - (n,): k is not n"),
        (lambda: A / T3, "(n, k) / (n, k, m): n is not k"),
        (lambda: A**B, "(n, k) ** (k, m): n is not k"),
        (lambda: A > B, "(n, k) > (k, m): n is not k"),
        (lambda: np.maximum(A, B), "maximum((n, k), (k, m)): n is not k"),
        (lambda: np.where(A > 0, A, B), "where((n, k), (n, k), (k, m)): n is not k"),
        (lambda: np.add(A, B), "(n, k) + (k, m): n is not k"),
        (lambda: A @ c, "(n, k) @ (): @ needs at least one axis on each side"),
        (lambda: T3 @ B, "(n, k, m) @ (k, m): m is not k"),
        (lambda: np.einsum("ij,jk->ik", A, C), "einsum('ij,jk->ik') of (n, k), (n, k): k is not n"),
        (lambda: np.einsum("ijk->i", A), "einsum('ijk->i') of (n, k): each operand needs one letter an axis"),
        (lambda: np.einsum("ij->iz", A), "einsum('ij->iz'): every letter of the result stands once, and in an operand"),
        (lambda: np.trace(A), "(n, k)"),
        (lambda: A.trace(), "n is not k"),
        (lambda: A.reshape(k, k), "(n, k).reshape(k, k): k*n is not k**2"),
        (lambda: A.reshape(-1, m), "(n, k).reshape(-1, m): k*n is not"),
        (lambda: A.reshape(-1, -1), "only one size can be -1"),
        (lambda: A.sum(axis=2), "axis 2 of (n, k): there are 2 axes"),
        (lambda: A.mean(axis=-3), "axis -3 of (n, k): there are 2 axes"),
        (lambda: A[0, 0, 0], "there are 2 axes, not 3"),
        (lambda: col[:, 1], "index 1: the axis has 1 entries"),
        (lambda: A[:, 2:2], "[2:2]: the slice is empty"),
        (lambda: np.concatenate([A, B]), "concatenate (n, k), (k, m) along axis 0: k is not m"),
        (lambda: np.concatenate([A, u]), "the numbers of axes differ"),
        (lambda: np.vstack([A, u]), "k is not n"),
        (lambda: np.hstack([A, B]), "n is not k"),
        (lambda: np.broadcast_to(u, (n, k)), "(n,) broadcast to (n, k): n is not k"),
        (lambda: np.broadcast_to(A, (1, k)), "(n, k) broadcast to (1, k): it has more entries already"),
        (lambda: np.diag(T3), "diag of (n, k, m): one or two axes are needed"),
    ],
)
def test_what_does_not_conform_is_data_and_names_the_two_sizes(build, message):
    result = build()
    assert isinstance(result, Misfit)
    with pytest.raises(ShapeError) as caught:
        result.shape
    assert message in str(caught.value)


def test_the_first_misfit_is_the_cause_of_all_that_is_made_of_it():
    first = A @ C
    for later in (
        first + 1,
        (first @ B).T,
        np.log(first).sum(axis=0),
        first[0],
        np.concatenate([A, first]),
        first.reshape(2, 2),
    ):
        assert isinstance(later, Misfit)
        assert str(later.error) == str(first.error)


def test_a_misfit_does_not_hide_behind_numpys_broadcasting_of_equal_numbers():
    # A size symbol is never 1 and never another symbol, whatever numbers are drawn for them later.
    assert isinstance(real("x", 1, n) + real("y", 1, m), Misfit)
    assert isinstance(real("x", n) * real("y", 3), Misfit)
    assert (real("x", n) * real("y", 1)).shape == (n,)


@pytest.mark.parametrize("other", [1, 2, m, n + 1, 2 * n, n * m])
def test_a_size_symbol_equals_itself_only(other):
    assert isinstance(real("x", n) + real("y", other), Misfit) == (other != 1)
    assert real("x", n).shape == (dims("n"),)
    assert isinstance(real("x", 5, n) @ real("y", other), Misfit)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (A + row, "(n, k) + (1, k): n is not 1"),
        (A * col, "(n, k) * (n, 1): k is not 1"),
        (A - v, "(n, k) - (k,): 2 axes are not 1"),
        (sigmoid(A @ B + col).sum(), "(n, m) + (n, 1): m is not 1"),
        (functions.cross_entropy(A, row), "cross_entropy((n, k), (1, k)): n is not 1"),
        (np.log(A @ C), "(n, k) @ (n, k): k is not n"),
    ],
)
def test_without_broadcasting_unequal_sizes_do_not_fit(formula, message):
    assert str(graph.strict_misfit(formula)) == message


@pytest.mark.parametrize("formula", [A + C, 2 * A, A * c, A / real("o", 1, 1), 1 - A, A @ B + col @ real("r", 1, m)])
def test_without_broadcasting_equal_sizes_and_numbers_fit(formula):
    assert graph.strict_misfit(formula) is None


# ---- misuse ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, -1, 2.0, "n", None, True, sp.Rational(1, 2), A])
def test_a_bad_size_is_refused_with_the_name_of_its_array(size):
    with pytest.raises(SizeError, match=r"real\('X', …\): .* size"):
        real("X", size)


@pytest.mark.parametrize("name", ["", " ", 3, n])
def test_an_input_needs_a_name(name):
    with pytest.raises(SizeError, match="first argument is its name"):
        real(name, 2)


def test_no_names_are_no_sizes():
    with pytest.raises(SizeError, match=r"write dims\('n m'\)"):
        dims(" ")


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: bool(A > 0), "use np.where"),
        (lambda: float(c), "leave out float"),
        (lambda: list(A), "cannot be looped over"),
        (lambda: len(A), r"use \.shape\[0\]"),
        (lambda: np.array(A), "keep it symbolic"),
        (
            lambda: np.arcsinh(A),
            r"NumPy's arcsinh is not in gradcheck's function table: write np\.log\(.*Known are .*a row",
        ),
        (lambda: np.cumprod(A), r"NumPy's cumprod is not in gradcheck's function table.*Known are .*einsum"),
        (lambda: np.linalg.eigh(S), r"NumPy's linalg\.eigh is not in gradcheck's function table: eigenvalues"),
        (lambda: np.add.reduce(A), r"np\.add\.reduce .* is not supported"),
        (lambda: np.exp(A, where=True), r"np\.exp.*where.* is not supported"),
        (lambda: A + "one", "'one' cannot stand in a formula"),
        (lambda: A + 1j, "cannot stand in a formula"),
        (lambda: A * float("nan"), "nan cannot stand in a formula"),
        (lambda: A[::0], "the step of a slice is a whole number other than 0"),
        (lambda: A[A], "an array as an index is a mask"),
        (lambda: A["n"], "whole numbers and slices"),
        (lambda: A[:1.5], "bounds of slices are whole numbers or sizes"),
        (lambda: sigmoid(A, A), r"sigmoid takes 1 argument\(s\), not 2"),
    ],
)
def test_misuse_is_a_type_error_with_the_cure(use, message):
    with pytest.raises(TypeError, match=message):
        use()


def test_an_unknown_numpy_function_has_a_class_of_its_own():
    with pytest.raises(UnknownFunction):
        np.arcsinh(A)


def test_arrays_do_not_change():
    with pytest.raises(TypeError):
        A[0] = 1
    with pytest.raises(AttributeError):
        A.T = B


# ---- NumPy's spellings -------------------------------------------------------------------------------------------

# Each text is run on symbolic arrays, which are then evaluated, and on NumPy arrays.
SPELLINGS = """
A @ B | A @ v | u @ A | u @ u | A @ B @ B.T | np.matmul(A, B) | A.dot(B) | np.dot(A, B) | np.dot(c, A) | np.dot(v, v)
A + C | A - C | A * C | A / P | P ** 2 | P ** c | 2 ** A | -A | +A | abs(A) | 1 - A | 1 / P | 2 * A | A * 0.1 | np.negative(A)
A + row | A * col | A + v | col * row | row - col | A * c | T3 + B | T3 * v.reshape(-1, 1) | c + T3 | L + np.ones((1, 3)) | L @ np.eye(3)
A.T | T3.T | np.transpose(A) | np.transpose(T3, (2, 0, 1)) | A.T.T | u.T
A.sum() | A.sum(axis=0) | A.sum(axis=1, keepdims=True) | A.sum(0) | np.sum(A) | np.sum(A, axis=1) | np.sum(T3, axis=(0, 2)) | A.sum(axis=-1)
np.sum(A, axis=0, keepdims=True) | A.sum(keepdims=True) | c.sum()
A.mean() | A.mean(axis=0) | np.mean(A) | np.mean(A, axis=1, keepdims=True) | T3.mean(axis=(0, 1))
A.reshape(-1) | A.reshape(3, 2) if A.shape == (2, 3) else A.reshape(k, n) | A.reshape(-1, 1) | A.reshape((1, -1)) | T3.reshape(A.shape[0], -1)
np.reshape(A, (-1, 1)) | A.reshape(1, *A.shape)
np.log(P) | np.exp(A) | np.tanh(A) | np.sqrt(P) | np.square(A) | np.sin(A) | np.cos(A) | np.sinh(A) | np.cosh(A) | np.power(P, 3)
np.add(A, C) | np.subtract(A, C) | np.multiply(A, C) | np.divide(A, P) | np.true_divide(A, P)
np.maximum(0, A) | np.maximum(A, C) | np.minimum(A, 0) | np.minimum(A, row)
np.where(A > 0, A, 0.1 * A) | np.where(A > C, A, C) | (A > 0) * C | (A < 0) * C | (A >= C) * 1.0 | (A <= 0) * A | 1.0 * np.greater(A, 0)
(A > 0) + 0.0 | np.where(col > 0, A, row)
np.diag(u) | np.diag(S) | np.trace(S) | S.trace() | np.outer(u, v) | np.outer(A, v) | np.diag(u) @ A
np.einsum("ij,jk->ik", A, B) | np.einsum("ij,jk", A, B) | np.einsum("ij->", A) | np.einsum("ii->i", S) | np.einsum("ii", S) | np.einsum("i,j->ij", u, v)
np.einsum("ij,ij->j", A, C) | np.einsum("ij->ji", A) | np.einsum("ijk,j->ik", T3, v) | np.einsum("ba", A) | np.einsum("i,i,i->i", u, u, u)
A[:, :1] | A[0] | A[1] | A[-1] | A[0, 1] | A[:, 1:] | A[:, :-1] | A[..., 0] | A[None] | A[:, None, :] | T3[0, :, 1:3] | A[:1] @ B | u[1:] | v[:-1] * v[1:]
A[:, -1:] | T3[..., 1] | A[:]
np.concatenate([A, C]) | np.concatenate((A, C), axis=1) | np.concatenate([A, row, C], axis=0) | np.vstack([A, v]) | np.hstack([A, col])
np.vstack((np.ones((1, 3)), L))
np.broadcast_to(v, A.shape) | np.broadcast_to(c, (3, 2)) | np.ones_like(A) * c | np.zeros_like(A) + A
A.sum() / A.size | A / A.shape[1] | A.sum() / np.size(A) | A * np.shape(A)[0] | A * A.ndim | A * np.ndim(T3) | np.float64(2.0) * A | np.float64(1) - A
L * np.array([1.0, 2.0, 3.0]) | np.array([[0.5], [2.0]]) * L | np.array([[1.0, 2.0]]) @ L | np.array(2.0) + A | A * np.int64(3) | A + True
"""  # noqa: E501
TEXTS = [text.strip() for line in SPELLINGS.strip().splitlines() for text in line.split(" | ")]
NAMES = {node.name: node for node in INPUTS}


def values(seed=0):
    rng = np.random.default_rng(seed)
    drawn = {node.name: np.round(rng.uniform(0.2, 2, _shape(node)), 2) for node in INPUTS}
    return {
        name: value if name == "P" else value * rng.choice([-1.0, 1.0], value.shape) for name, value in drawn.items()
    }


def _shape(node):
    return tuple(int(sp.sympify(size).xreplace(SIZES)) for size in node.shape)


def run(text, names):
    return eval(text, {"np": np, "k": 3, "n": 2, **names})


def symbolic(text):
    return eval(text, {"np": np, "k": k, "n": n, **NAMES})


def evaluation(names, **options):
    return Evaluation({NAMES[name].key: value for name, value in names.items()}, SIZES, **options)


@pytest.mark.parametrize("text", TEXTS)
def test_every_spelling_gives_numpys_numbers(text):
    names = values()
    formula, expected = symbolic(text), np.asarray(run(text, names))
    point = evaluation(names)
    assert point.shape(formula.shape) == expected.shape
    np.testing.assert_allclose(point(formula), expected, rtol=1e-14)


@pytest.mark.parametrize("text", [text for text in TEXTS if "abs" not in text])
def test_every_spelling_holds_for_complex_numbers(text):
    names = {name: a + 1j * b for (name, a), b in zip(values(1).items(), values(2).values(), strict=True)}
    value = evaluation(names, dtype=np.complex128)(symbolic(text))
    np.testing.assert_allclose(value, run(text, names), rtol=1e-13)


@pytest.mark.parametrize("text", TEXTS)
def test_every_spelling_holds_under_leading_batch_axes(text):
    # Some inputs are the same at all points: their batch axes have size 1.
    points = [values(3 * i + j) for i in range(2) for j in range(3)]
    stacked = {name: np.stack([p[name] for p in points]).reshape(2, 3, *points[0][name].shape) for name in NAMES}
    stacked["A"] = stacked["A"][:1, :1]
    formula = symbolic(text)
    batch = evaluation(stacked, lead=2)(formula)
    batch = np.broadcast_to(batch, (2, 3, *batch.shape[2:]))
    for i, j in np.ndindex(2, 3):
        single = run(text, {name: np.broadcast_to(a, (2, 3, *a.shape[2:]))[i, j] for name, a in stacked.items()})
        np.testing.assert_allclose(batch[i, j], single, rtol=1e-13)


@pytest.mark.parametrize("text", TEXTS)
def test_every_spelling_holds_on_sympy_objects(text):
    names = values(4)
    exact = {name: np.vectorize(lambda x: sp.Rational(repr(float(x))), otypes=[object])(a) for name, a in names.items()}
    value = evaluation(exact, dtype=object)(symbolic(text))
    assert value.dtype == object
    np.testing.assert_allclose(value.astype(float), np.asarray(run(text, names), dtype=float), rtol=1e-13)


def test_shapes_are_symbols():
    assert (A @ B).shape == (n, m)
    assert A.T.shape == (k, n)
    assert A.sum(axis=1, keepdims=True).shape == (n, 1)
    assert (A.size, T3.size, c.size) == (n * k, n * k * m, 1)
    assert A.reshape(-1).shape == (n * k,)
    assert A[:, :-1].shape == (n, k - 1)
    assert np.vstack([A, v]).shape == (n + 1, k)
    assert np.ones_like(A).shape == (n, k)
    assert (A.ndim, c.ndim) == (2, 0)


def test_one_over_m_is_exact():
    (factor,) = [node for node in walk(A / m) if isinstance(node, Literal)]
    assert factor.values[0] in (m, 1 / m)
    value = evaluation({"A": np.full((2, 3), sp.Integer(1))}, dtype=object)((A / k) * k - 1)
    assert set(value.ravel()) == {0}
    assert A.mean().key == (A.sum() / (n * k)).key


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.1, sp.Rational(1, 10)),
        (Fraction(1, 3), sp.Rational(1, 3)),
        (np.float64(2.5), sp.Rational(5, 2)),
        (True, 1),
        (1e-30, sp.Rational(1, 10**30)),
    ],
)
def test_a_float_means_the_decimal_that_it_prints_as(number, expected):
    assert graph.as_array(number).values == (expected,)


def test_a_float_with_all_its_digits_stands_for_something_else():
    x = real("x", n)
    assert rounded_constant(x * 0.25, x + np.float64(1 / 3), x * 0.7) == "0.3333333333333333"
    assert rounded_constant(x * 1.0625, x * 1e-13, x / 3, x * 123456789012345678) == ""


@pytest.mark.parametrize("other", [m, 1 / m, 2, sp.Rational(1, 2)])
def test_a_size_or_number_may_stand_on_either_side(other):
    for product in (other * A, A * other):
        assert product.shape == (n, k)
    assert (other + A).shape == (A - other).shape == (other / P).shape == (P**other).shape == (n, k)


@pytest.mark.parametrize("root", [np.sqrt(n), functions.sqrt(n), n**0.5, n ** Fraction(1, 2), sp.sqrt(sp.Symbol("n"))])
def test_the_root_of_a_size_is_exact(root):
    assert graph.as_array(root).values == (sp.sqrt(n),)
    assert (A / root).key == (A / sp.sqrt(n)).key


def test_functions_of_sizes_are_numbers_and_of_sizes_and_arrays_are_arrays():
    assert np.log(n) == functions.log(n) == sp.log(n)
    assert functions.maximum(n, A).shape == functions.maximum(A, n).shape == (n, k)


def test_matrices_of_the_notation():
    point = evaluation(values())
    np.testing.assert_array_equal(point(ones(n, k)), np.ones((2, 3)))
    np.testing.assert_array_equal(point(identity(m)), np.eye(4))
    np.testing.assert_array_equal(point(diag(col)), np.diag(values()["col"].ravel()))
    np.testing.assert_array_equal(point(diag(u)), np.diag(values()["u"]))


# ---- expressions -------------------------------------------------------------------------------------------------


def test_equal_expressions_have_equal_keys_and_others_do_not():
    assert (A @ B).key == (A @ B).key
    assert real("A", n, k).key == A.key
    texts = [
        "A @ B",
        "A * C",
        "C * A",
        "A + C",
        "A - C",
        "A.T",
        "A",
        "A[0]",
        "A[1]",
        "A.sum(axis=0)",
        "A.sum(axis=1)",
        "A.sum()",
    ]
    assert len({symbolic(text).key for text in texts}) == len(texts)
    assert real("A", n, m).key != A.key
    assert positive("A", n, k).key != A.key


def test_replacing_rebuilds_what_depends_on_it():
    formula = sigmoid(A @ B) + 1
    other = graph.replace(formula, lambda node, args: 2 * A if node.key == A.key else None)
    assert other.key == (sigmoid((2 * A) @ B) + 1).key
    assert graph.replace(formula, lambda node, args: None).key == formula.key


def test_what_is_rewritten_is_read_with_its_new_operands():
    for node, text in ((A.sum(axis=0), "(2 * A).sum(axis=0)"), (A @ B, "(2 * A) @ B")):
        assert str(node.rewritten([2 * A, *node.args[1:]])) == text


def test_words_that_say_other_operands_are_not_kept():
    column = np.vstack([real("x", n), real("y", n)])  # of vectors, which become rows first
    new = column.rewritten([2 * arg for arg in column.args])
    assert new.key == column.rebuild([2 * arg for arg in column.args]).key
    assert str(new) != str(column)


def test_walking_gives_operands_before_what_is_made_of_them_and_each_once():
    Z = A @ B
    seen: set[int] = set()
    for node in walk(Z * Z + Z):
        assert node.key not in seen
        assert all(arg.key in seen for arg in node.args)
        seen.add(node.key)


def test_what_a_graph_is_made_of():
    formula = A @ B / m
    assert graph.inputs_of([formula]) == [A, B]
    assert graph.size_symbols([formula]) == [k, m, n]
    assert graph.depends_on(formula, [B.key])
    assert not graph.depends_on(formula, [C.key])
    assert graph.affected([A.key, B.key, (A @ B).key, formula.key], A.key) == {A.key, (A @ B).key, formula.key}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_numpys_and_no_other_input(copied):
    x = real("x", 3)
    assert copied(x).key == x.copy().key
    assert [node for node in walk(copied(x) + x) if node.name] == [x]


def test_a_root_of_a_negative_number_has_no_value_and_is_no_complex_one():
    from gradcheck.notation import exp

    root = graph.as_array(-2) ** 0.25
    assert exp(root).held == np.float64
