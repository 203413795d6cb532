"""PyTorch's table of derivatives: inverses, determinants and solutions of linear equations.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.

Factors and pivots, with which torch computes, do not occur: an inverse stands for a solution by them. What is 0 in the
gradient of a singular matrix is not shown: such matrices are outside of the domain.
"""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import det, inv, slogdet, solve

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


@derivation(source=TABLE)
def inverses():
    n = dims("n")
    A, grad = real("A", n, n), real("grad", n, n)
    inverse = inv(A)
    yield claim(vjp(grad, inverse, A), -(inverse.T @ (grad @ inverse.T)), at="linalg_inv_ex(A)")


@derivation(source=TABLE)
def determinants():
    n = dims("n")
    A, grad = real("A", n, n), real("grad")
    result = det(A)
    yield claim(vjp(grad, result, A), linalg_det_backward(grad, result, A), at="_linalg_det(A), helper")


def linalg_det_backward(grad, result, A):
    return grad * result * inv(A).T


@derivation(source=TABLE)
def logarithms_of_determinants():
    n = dims("n")
    A, grad_logabsdet = real("A", n, n), real("grad")
    result = slogdet(A).logabsdet
    yield claim(vjp(grad_logabsdet, result, A), slogdet_backward(grad_logabsdet, A), at="_linalg_slogdet(A), helper")


def slogdet_backward(grad_logabsdet, A):
    return grad_logabsdet * inv(A).T


@derivation(source=TABLE)
def linear_equations():
    n, k = dims("n k")
    A, B, grad = real("A", n, n), real("B", n, k), real("grad", n, k)
    result = solve(A, B)
    yield claim(vjp(grad, result, A), linalg_solve_backward(grad, result, A)[0], at="_linalg_solve_ex(A), helper")
    yield claim(vjp(grad, result, B), linalg_solve_backward(grad, result, A)[1], at="_linalg_solve_ex(B), helper")


def linalg_solve_backward(grad, result, A):
    by_B = solve(A.T, grad)
    return -by_B @ result.T, by_B


@derivation(source=TABLE)
def triangular_equations():
    n, k = dims("n k")
    self, B, grad = real("self", n, n), real("B", n, k), real("grad", n, k)
    result = solve(np.tril(self), B)
    yield claim(
        vjp(grad, result, self),
        linalg_solve_triangular_backward(grad, self, result)[0],
        at="linalg_solve_triangular(self), helper",
    )
    yield claim(
        vjp(grad, result, B),
        linalg_solve_triangular_backward(grad, self, result)[1],
        at="linalg_solve_triangular(B), helper",
    )


def linalg_solve_triangular_backward(grad, self, result):
    by_B = solve(np.tril(self).T, grad)
    return np.tril(-by_B @ result.T), by_B


@derivation(source=TABLE)
def equations_by_factors():
    """`input2` is a factor of the matrix, as Cholesky's."""
    n, k = dims("n k")
    self, input2, grad = real("self", n, k), real("input2", n, n), real("grad", n, k)
    result = solve(input2 @ input2.T, self)
    yield claim(
        vjp(grad, result, self),
        cholesky_solve_backward(grad, self, input2, result)[0],
        at="cholesky_solve(self), helper",
    )
    yield claim(
        vjp(grad, result, input2),
        cholesky_solve_backward(grad, self, input2, result)[1],
        at="cholesky_solve(input2), helper",
    )


def cholesky_solve_backward(grad, self, input2, result):
    by_self = solve(input2 @ input2.T, grad)
    common = by_self @ result.T
    return by_self, -(common + common.T) @ input2


@derivation(source=TABLE)
def inverses_by_factors():
    n = dims("n")
    self, grad = real("self", n, n), real("grad", n, n)
    result = inv(self @ self.T)
    yield claim(
        vjp(grad, result, self), cholesky_inverse_backward(grad, self, result), at="cholesky_inverse(self), helper"
    )


def cholesky_inverse_backward(grad, self, result):
    return -(result @ (grad + grad.T) @ result) @ self
