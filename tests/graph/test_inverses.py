"""Inverses and determinants: values in every number system, increments that do not cancel, and what has none."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradcheck import dims, real
from gradcheck.graph.determinants import matrix_factors
from gradcheck.notation import det, inv, slogdet, solve
from gradcheck.numerics import increments, matrices, rounding
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.printing.styles import Latex, Unicode
from gradcheck.proofs import residues

n, m = dims("n m")
A, B, W1, S = real("A", n, n), real("B", n, m), real("W1", n, n), real("S", m, n, n)
RNG = np.random.default_rng(4)
STACK = RNG.standard_normal((2, 3, 4, 4))


def at(values, dtype=np.float64):
    return Evaluation({A.key: np.asarray(values, dtype=dtype)}, {n: len(values)}, dtype=dtype)


# ---- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.complex128, np.longdouble])
def test_elimination_is_that_of_lapack_for_every_matrix_of_a_stack(dtype):
    values = STACK.astype(dtype) + (1j * STACK[::-1] if dtype == np.complex128 else 0)
    plain = values.astype(complex)
    assert matrices.inverse(values).dtype == dtype
    np.testing.assert_allclose(matrices.inverse(values).astype(complex), np.linalg.inv(plain), rtol=1e-11)
    np.testing.assert_allclose(matrices.pivots(values).prod(axis=-1).astype(complex), np.linalg.det(plain), rtol=1e-11)
    np.testing.assert_allclose(np.real(matrices.logdet(values)).astype(float), np.linalg.slogdet(plain)[1], rtol=1e-11)


def test_a_singular_matrix_has_a_determinant_and_no_inverse_and_leaves_others_of_the_stack_alone():
    values = np.stack([np.ones((3, 3)), np.eye(3), np.zeros((3, 3))])
    np.testing.assert_array_equal(matrices.pivots(values).prod(axis=-1), [0, 1, 0])
    np.testing.assert_array_equal(matrices.logdet(values), [-np.inf, 0, -np.inf])
    inverted = matrices.inverse(values)
    assert np.isnan(inverted[[0, 2]]).all()
    np.testing.assert_array_equal(inverted[1], np.eye(3))


def test_rows_are_exchanged():
    turned = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [4.0, 0.0, 0.0]])
    assert at(turned)(det(A)) == 24
    np.testing.assert_allclose(at(turned)(inv(A)), np.linalg.inv(turned), rtol=1e-15)
    assert residues.determinant(turned.astype(np.uint64)) == 24
    swapped = turned[[1, 0, 2]]
    assert at(swapped)(det(A)) == -24
    assert residues.determinant(swapped.astype(np.uint64)) == residues.P - 24


def test_the_log_of_a_determinant_does_not_overflow():
    large = 1e200 * np.eye(3)
    assert np.isinf(at(large)(det(A)))
    assert at(large)(slogdet(A)[1]) == pytest.approx(600 * np.log(10))


def test_complex_steps_are_those_of_real_functions():
    values = np.array([[1.0, 2.0], [3.0, 1.0]])  # of determinant -5
    moved = values + 1e-30j * np.array([[1.0, 0.0], [0.0, 0.0]])
    assert at(moved, np.complex128)(slogdet(A)[1]).imag / 1e-30 == pytest.approx(np.linalg.inv(values)[0, 0])
    inverse = np.linalg.inv(values)
    slope = at(moved, np.complex128)(inv(A)).imag / 1e-30
    np.testing.assert_allclose(slope, -np.outer(inverse[:, 0], inverse[0]))


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_exact_inverses_are_exact(size):
    entries = RNG.integers(-9, 9, (size, size))
    exact = np.array([sp.Rational(int(x)) for x in entries.ravel()], dtype=object).reshape(size, size)
    point = at(exact, object)
    expected = sp.Matrix(entries.tolist())
    assert sp.Matrix(point(inv(A)).tolist()) == expected.inv()
    assert point(det(A)).item() == expected.det()
    assert sp.simplify(point(slogdet(A)[1]).item() - sp.log(abs(expected.det()))) == 0


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5, 5), (2, 2, 6, 6)])
def test_inverses_in_the_field(shape):
    values = residues.random((1,), shape, "matrix")
    product = residues.matmul(*(x.reshape(-1, *shape[-2:]) for x in (values, residues.inverse(values))))
    np.testing.assert_array_equal(product, np.broadcast_to(np.eye(shape[-1]), product.shape))
    with pytest.raises(residues.Undefined, match="singular"):
        residues.inverse(np.ones((2, 2, 2), np.uint64))


# ---- increments and bounds -------------------------------------------------------------------------------------------


def test_increments_do_not_cancel():
    values, step = RNG.standard_normal((4, 4)), 1e-30 * RNG.standard_normal((4, 4))
    point = at(values)
    on, inverse = increments.Increments(point), np.linalg.inv(values)
    for node, expected in (
        (inv(A), -inverse @ step @ inverse),
        (det(A), np.linalg.det(values) * np.trace(inverse @ step)),
        (slogdet(A)[1], np.trace(inverse @ step)),
    ):
        change = node.change(on, [values], [step], point(node))
        np.testing.assert_allclose(change, expected, rtol=1e-12)


def test_increments_are_differences_for_large_steps():
    values, step = RNG.standard_normal((4, 4)), 0.1 * RNG.standard_normal((4, 4))
    before, after = at(values), at(values + step)
    for node in (inv(A), det(A), slogdet(A)[1]):
        change = node.change(increments.Increments(before), [values], [step], before(node))
        np.testing.assert_allclose(change, after(node) - before(node), rtol=1e-10)


def test_a_step_across_a_singular_matrix_has_no_increment():
    values, step = np.diag([1.0, 1e-3]), np.diag([0.0, -2e-3])
    with np.errstate(invalid="ignore"):  # as where increments are asked for
        assert np.isnan(slogdet(A)[1].change(increments.Increments(at(values)), [values], [step], None))


def _exactly(values):
    return np.array([sp.Rational(float(x)) for x in np.ravel(values)], dtype=object).reshape(np.shape(values))


def test_bounds_hold_for_matrices_that_are_badly_scaled():
    for _ in range(20):
        values = RNG.standard_normal((4, 4)) * 10.0 ** RNG.integers(-6, 7, (4, 1)) * 10.0 ** RNG.integers(-6, 7, 4)
        point, exact = at(values), at(_exactly(values), object)
        for node in (inv(A), det(A), slogdet(A)[1]):
            gaps = np.ravel(exact(node) - _exactly(point(node)))
            lost = [abs(float(sp.N(gap, 40))) for gap in gaps]
            assert np.all(lost <= rounding.bound(node, point, {}).ravel())


def test_errors_of_operands_are_carried_through():
    values = np.array([[2.0, 1.0], [1.0, 3.0]])
    corners = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 4)).reshape(4, -1).T.reshape(-1, 2, 2)
    for node in (inv(A), det(A), slogdet(A)[1]):
        for size in (1e-9, 0.1):
            bound = rounding.bound(node, at(values), {A.key: np.full((2, 2), size)})
            off = np.max([np.abs(at(values + size * corner)(node) - at(values)(node)) for corner in corners], axis=0)
            assert np.all(off <= bound * (1 + 1e-6))
            assert np.all(bound <= 3 * off + 1e-15)
    assert np.isinf(rounding.bound(inv(A), at(values), {A.key: np.full((2, 2), 2.0)})).all()


# ---- what is written and what has no shape ---------------------------------------------------------------------------


def test_shapes():
    assert inv(S).shape == (m, n, n)
    assert det(S).shape == slogdet(S).sign.shape == slogdet(S)[1].shape == (m,)
    assert solve(A, B).shape == (n, m)
    assert solve(A, B[:, 0]).shape == (n,)
    assert S.mT.shape == (m, n, n)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: inv(B), r"inv of \(n, m\): a square matrix is needed, and n is not m"),
        (lambda: det(B), r"det of \(n, m\): a square matrix is needed"),
        (lambda: slogdet(B).logabsdet, r"slogdet of \(n, m\)"),
        (lambda: inv(B[:, 0]), r"inv of \(n,\): two axes are needed"),
        (lambda: solve(A, B.T), r"n is not m"),
    ],
)
def test_what_does_not_conform_says_why(build, words):
    assert not build().conforms
    with pytest.raises(ValueError, match=words):
        build().shape


@pytest.mark.parametrize(
    ("node", "code", "unicode", "latex"),
    [
        (inv(A), "inv(A)", "A⁻¹", "A^{-1}"),
        (inv(A).T, "inv(A).T", "A⁻ᵀ", "A^{-T}"),
        (inv(A.T), "inv(A.T)", "A⁻ᵀ", "A^{-T}"),
        (inv(inv(A)), "inv(inv(A))", "(A⁻¹)⁻¹", "\\left(A^{-1}\\right)^{-1}"),
        (inv(A + W1), "inv(A + W1)", "(A + W[1])⁻¹", "\\left(A + W^{[1]}\\right)^{-1}"),
        (inv(W1), "inv(W1)", "W[1]⁻¹", "{W^{[1]}}^{-1}"),
        (solve(A, B), "solve(A, B)", "A⁻¹ B", "A^{-1} B"),
        (det(A), "det(A)", "det(A)", "\\mathrm{det}\\left(A\\right)"),
        (slogdet(A)[1], "slogdet(A).logabsdet", "log|det(A)|", "\\log \\left|\\det \\left(A\\right)\\right|"),
        (slogdet(A)[0], "slogdet(A).sign", "sign det(A)", "\\mathrm{sign} \\det \\left(A\\right)"),
    ],
)
def test_how_it_is_written(node, code, unicode, latex):
    assert source(node, {}) == code
    assert Unicode({}, "[]").write(node, 0) == unicode
    assert Latex({}, "[]").write(node, 0) == latex


def test_numpys_names_mean_the_same():
    assert np.linalg.inv(A).key == inv(A).key
    assert np.linalg.solve(A, B).key == (inv(A) @ B).key
    sign, size = np.linalg.slogdet(A)
    assert (sign.key, size.key) == (slogdet(A).sign.key, slogdet(A).logabsdet.key)


def test_a_product_is_seen_as_one_of_square_matrices_only():
    assert [factor.key for factor in matrix_factors(A @ W1)] == [A.key, W1.key]
    assert not matrix_factors(B @ B.T)
    assert not matrix_factors(A * W1)
    assert not matrix_factors(A.T)


def test_inverses_and_determinants_have_no_kinks_and_say_what_may_not_be_0():
    assert not any(node.kinks for node in (inv(A), det(A), slogdet(A)[1]))
    assert [node.key for node in (*inv(A).divisors, *slogdet(A)[1].divisors)] == [det(A).key] * 2
    assert not det(A).divisors
