"""Norms, powers of matrices, Kronecker products, vec and traces of stacks: values, words, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import dims, real
from gradcheck.graph import Unsupported
from gradcheck.notation import inv
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.printing.styles import Latex, Unicode

n, m, k = dims("n m k")
A, P, S, u = real("A", n, n), real("P", n, m), real("S", k, n, n), real("u", n)
norm, power = np.linalg.norm, np.linalg.matrix_power
VALUES = {A.key: (3, 3), P.key: (3, 2), S.key: (4, 3, 3), u.key: (3,)}
VALUES = {key: np.random.default_rng(key).standard_normal(shape) for key, shape in VALUES.items()}


def value(node):
    return Evaluation(VALUES, {n: 3, m: 2, k: 4})(node)


# ---- norms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("array", [u, A, P, S], ids=lambda array: array.name)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1, (0,), (0, 1), (-1, 0), (1, 2)])
@pytest.mark.parametrize("order", [None, 1, 2, -1, np.inf, -np.inf, "fro"])
def test_norms_are_numpys_or_refused(array, order, axis, keepdims):
    try:
        expected = norm(VALUES[array.key], order, axis, keepdims)
    except (ValueError, np.exceptions.AxisError):
        expected = None
    try:
        ours = norm(array, order, axis, keepdims)
    except Unsupported:
        return
    assert ours.conforms == (expected is not None)
    if ours.conforms:
        assert value(ours).shape == np.shape(expected)
        np.testing.assert_allclose(value(ours), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("refused", "cure"),
    [
        (lambda: norm(A, 2), "singular values have no rule"),
        (lambda: norm(A, "nuc"), "singular values have no rule"),
        (lambda: norm(u, 3), r"write \(abs\(x\) \*\* p\)\.sum\(\)"),
        (lambda: norm(u, 0), r"write \(abs\(x\) \*\* p\)\.sum\(\)"),
        (lambda: u.norm(), r"write np\.linalg\.norm\(u\)"),
    ],
)
def test_norms_without_a_rule_are_refused_with_the_cure(refused, cure):
    with pytest.raises((TypeError, AttributeError), match=cure):
        refused()


# ---- powers, products, traces ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("array", [A, S], ids=lambda array: array.name)
@pytest.mark.parametrize("exponent", range(-3, 6))
def test_powers_are_numpys(array, exponent):
    np.testing.assert_allclose(value(power(array, exponent)), power(VALUES[array.key], exponent), rtol=1e-9)


def test_powers_are_products():
    assert power(A, 2).key == (A @ A).key
    assert power(A, -1).key == inv(A).key
    assert power(A, 1) is A
    with pytest.raises(TypeError, match="exponents are whole numbers"):
        power(A, n)


@pytest.mark.parametrize(("left", "right"), [(A, P), (P, u), (u, A), (S, P), (u, u), (P, 2)])
def test_kronecker_products_are_numpys(left, right):
    ours = np.kron(left, right)
    values = [VALUES.get(getattr(x, "key", None), x) for x in (left, right)]
    assert value(ours).shape == np.kron(*values).shape
    np.testing.assert_allclose(value(ours), np.kron(*values), rtol=1e-15)


@pytest.mark.parametrize("array", [u, P, S], ids=lambda array: array.name)
@pytest.mark.parametrize("order", ["C", "F"])
def test_entries_in_the_order_of_columns_are_numpys(array, order):
    for sizes in (-1, (-1, 1), (3, -1), (*VALUES[array.key].shape[::-1], 1)):
        expected = VALUES[array.key].reshape(sizes, order=order)
        symbolic = tuple({3: n, 2: m, 4: k}.get(size, size) for size in np.atleast_1d(sizes).tolist())
        np.testing.assert_array_equal(value(array.reshape(symbolic, order=order)), expected)
        np.testing.assert_array_equal(value(np.reshape(array, symbolic, order)), expected)


def test_vec_of_a_product():
    X = real("X", m, k)
    product, by_columns = (A @ P @ X).reshape(-1, order="F"), np.kron(X.T, A) @ P.reshape(-1, order="F")
    values = Evaluation({**VALUES, X.key: np.arange(8.0).reshape(2, 4)}, {n: 3, m: 2, k: 4})
    np.testing.assert_allclose(values(product), values(by_columns), rtol=1e-13)


def test_traces_of_stacks_are_numpys():
    for first, second in ((1, 2), (-1, -2), (2, 1)):
        np.testing.assert_allclose(value(S.trace(axis1=first, axis2=second)), np.trace(VALUES[S.key], 0, first, second))
    np.testing.assert_allclose(value(S.mT), np.swapaxes(VALUES[S.key], -1, -2))
    assert not S.trace().conforms
    assert not S.trace(axis1=1, axis2=1).conforms
    with pytest.raises(TypeError, match="of the main diagonal only"):
        A.trace(1)


@pytest.mark.skipif(not hasattr(np.linalg, "trace"), reason="NumPy has them since 2.0")
def test_functions_of_linalg_are_of_the_last_axes():
    np.testing.assert_allclose(value(np.linalg.trace(S)), np.trace(VALUES[S.key], 0, 1, 2))
    assert np.linalg.matrix_transpose(S).key == np.matrix_transpose(S).key == S.mT.key
    assert np.linalg.matmul(A, P).key == (A @ P).key
    assert not np.linalg.outer(A, u).conforms


# ---- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "code", "unicode", "latex"),
    [
        (norm(u), "norm(u)", "‖u‖", "\\left\\|u\\right\\|"),
        (norm(P, "fro"), "norm(P, ord='fro')", "‖P‖_F", "\\left\\|P\\right\\|_{F}"),
        (norm(u, np.inf), "norm(u, ord=np.inf)", "‖u‖_∞", "\\left\\|u\\right\\|_{\\infty}"),
        (norm(P, 1), "norm(P, ord=1)", "‖P‖_1", "\\left\\|P\\right\\|_{1}"),
        (
            norm(P, axis=1, keepdims=True),
            "norm(P, axis=1, keepdims=True)",
            "‖P‖[axis=1, keepdims]",
            "\\left\\|P\\right\\|_{\\text{axis}=1, \\text{keepdims}}",
        ),
        (np.kron(A, P), "kron(A, P)", "A ⊗ P", "A \\otimes P"),
        (np.kron(A, P).T, "kron(A, P).T", "(A ⊗ P)ᵀ", "\\left(A \\otimes P\\right)^{T}"),
        (P.reshape(-1, order="F"), "P.reshape((m*n,), order='F')", "vec(P)", "\\mathrm{vec}\\left(P\\right)"),
        (power(A, 3), "matrix_power(A, 3)", "A³", "A^{3}"),
        (power(A, -2) @ A, "matrix_power(A, -2) @ A", "A⁻² A", "A^{-2} A"),
        (S.trace(axis1=1, axis2=2), "S.trace(axis1=1, axis2=2)", "trace[axis1=1, axis2=2](S)", None),
    ],
)
def test_how_it_is_written(node, code, unicode, latex):
    assert source(node, {}) == code
    assert Unicode({}, "[]").write(node, 0) == unicode
    assert latex is None or Latex({}, "[]").write(node, 0) == latex


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("eigh", "eigenvalues and singular values have no rule here"),
        ("svd", "eigenvalues and singular values have no rule here"),
        ("pinv", r"write np\.linalg\.inv\(A\.T @ A\) @ A\.T"),
        ("cholesky", "factors of a matrix have no rule here"),
    ],
)
def test_what_has_no_rule_is_refused_with_the_cure(name, cure):
    with pytest.raises(TypeError, match=rf"NumPy's linalg\.{name} is not in gradcheck's function table: {cure}"):
        getattr(np.linalg, name)(A)


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "solve"])
def test_methods_that_people_look_for_have_a_cure(name):
    with pytest.raises(AttributeError, match=rf"write np\.linalg\.{name}\("):
        getattr(A, name)
