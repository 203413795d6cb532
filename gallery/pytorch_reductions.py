"""PyTorch's table of derivatives: sums, and what else is made of all entries along an axis.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.

At the edges: norms at 0, `std` of equal entries and the distance of equal points are 0 by convention, and proved away
from there; the p-norm is written down without its mask. `prod` is result / self, which is NaN at zeros and refuted
there: torch takes another way then, by `cumprod`, which the notation has not. So it is judged for positive numbers.
"""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import broadcast_to, exp, expand_dims, log, sign, sqrt, where

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


def equal(x, y):
    return (x >= y) * (x <= y)


def masked_fill(x, mask, value):
    return where(mask, value, x)


@derivation(source=TABLE)
def of_all_entries():
    n, m = dims("n m")
    self, other, grad = real("self", n, m), real("other", n, m), real("grad")
    yield claim(vjp(grad, self.sum(), self), broadcast_to(grad, self.shape), at="sum(self)")
    yield claim(vjp(grad, self.mean(), self), broadcast_to(grad, self.shape) / self.size, at="mean(self)")
    result = self.max()
    yield claim(vjp(grad, result, self), evenly_distribute_backward(grad, self, result), at="max(self), helper")
    result = self.min()
    yield claim(vjp(grad, result, self), evenly_distribute_backward(grad, self, result), at="min(self), helper")
    p = 1
    result = abs(self).sum()
    yield claim(vjp(grad, result, self), norm_backward(grad, self, p, result), at="norm.Scalar(self), helper")
    p = 2
    result = sqrt((self**2).sum())
    yield claim(vjp(grad, result, self), norm_backward(grad, self, p, result), at="norm.Scalar(self), helper")
    p = 4
    result = (self**4).sum() ** (1 / 4)
    yield claim(vjp(grad, result, self), norm_backward(grad, self, p, result), at="norm.Scalar(self), helper")
    p = 2
    result = sqrt(((self - other) ** 2).sum())
    yield claim(vjp(grad, result, self), norm_backward(grad, self - other, p, result), at="dist(self), helper")
    yield claim(vjp(grad, result, other), -norm_backward(grad, self - other, p, result), at="dist(other), helper")


def evenly_distribute_backward(grad, self, result):
    mask = where(self == result, 1, 0)
    return mask * (grad / mask.sum())


def norm_backward(grad, self, p, norm):
    if p == 1:
        return sign(self) * grad
    if p == 2:
        return grad * masked_fill(self / norm, equal(norm, 0), 0)
    return self * abs(self) ** (p - 2) * (grad / norm ** (p - 1))


@derivation(source=TABLE)
def along_an_axis():
    n, m = dims("n m")
    self, grad, dim = real("self", n, m), real("grad", n), 1
    yield claim(
        vjp(grad, self.sum(axis=1), self), sum_backward(grad, self.shape, dim), at="sum.dim_IntList(self), helper"
    )
    yield claim(vjp(grad, self.mean(axis=1), self), mean_backward(grad, self.shape, dim), at="mean.dim(self), helper")
    result = log(exp(self).sum(axis=1))
    yield claim(vjp(grad, result, self), logsumexp_backward(grad, self, result, dim), at="logsumexp(self), helper")
    ord = 2
    result = sqrt((self**2).sum(axis=1))
    yield claim(
        vjp(grad, result, self),
        linalg_vector_norm_backward(grad, self, ord, result, dim),
        at="linalg_vector_norm(self), helper",
    )
    correction = 1
    mean = self.mean(axis=1, keepdims=True)
    result = ((self - mean) ** 2).sum(axis=1) / (m - 1)
    yield claim(vjp(grad, result, self), var_backward(grad, self, dim, correction), at="var.correction(self), helper")
    result = sqrt(((self - mean) ** 2).sum(axis=1) / (m - 1))
    yield claim(
        vjp(grad, result, self), std_backward(result, grad, self, dim, correction), at="std.correction(self), helper"
    )


def sum_backward(grad, sizes, dim):
    return broadcast_to(expand_dims(grad, dim), sizes)


def mean_backward(grad, sizes, dim):
    return sum_backward(grad, sizes, dim) / sizes[dim]


def logsumexp_backward(grad, self, result, dim):
    return expand_dims(grad, dim) * exp(self - expand_dims(result, dim))


def linalg_vector_norm_backward(grad, self, ord, result, dim):
    return norm_backward(expand_dims(grad, dim), self, ord, expand_dims(result, dim))


def var_backward(grad, self, dim, correction):
    return 2 / (self.shape[dim] - correction) * expand_dims(grad, dim) * (self - self.mean(axis=dim, keepdims=True))


def std_backward(result, grad, self, dim, correction):
    return var_backward(masked_fill(grad / (result * 2), equal(result, 0), 0), self, dim, correction)


@derivation(source=TABLE)
def products_of_entries():
    n, m = dims("n m")
    self, grad = positive("self", n, m), real("grad")
    result = self.prod()
    yield claim(vjp(grad, result, self), prod_backward(grad, self, result), at="prod(self), helper")


@derivation(source=TABLE)
def products_of_entries_along_an_axis():
    n, m = dims("n m")
    self, grad, dim = positive("self", n, m), real("grad", n), 1
    result = self.prod(axis=1)
    yield claim(vjp(grad, result, self), prod_backward(grad, self, result, dim), at="prod.dim_int(self), helper")


def prod_backward(grad, self, result, dim=()):
    return expand_dims(grad, dim) * (expand_dims(result, dim) / self)


@derivation(source=TABLE)
def of_the_shape_of_the_array():
    n, m = dims("n m")
    self, grad, dim = real("self", n, m), real("grad", n, m), 1
    yield claim(vjp(grad, np.cumsum(self, axis=1), self), cumsum_backward(grad, dim), at="cumsum(self), helper")
    result = exp(self) / exp(self).sum(axis=1, keepdims=True)
    yield claim(vjp(grad, result, self), _softmax_backward_data(grad, result, dim), at="_softmax(self), helper")
    result = self - log(exp(self).sum(axis=1, keepdims=True))
    yield claim(vjp(grad, result, self), _log_softmax_backward_data(grad, result, dim), at="_log_softmax(self), helper")


@derivation(source=TABLE)
def the_largest_and_the_smallest():
    n, m = dims("n m")
    self, grad, dim, keepdim = real("self", n, m), real("grad", n, 1), 1, True
    result = self.max(axis=1, keepdims=True)
    yield claim(
        vjp(grad, result, self),
        scale_grad_by_count(
            restore_reduced_dims(grad, dim, keepdim), restore_reduced_dims(result, dim, keepdim) == self, dim
        ),
        at="amax(self), helper",
    )
    result = self.min(axis=1, keepdims=True)
    yield claim(
        vjp(grad, result, self),
        scale_grad_by_count(
            restore_reduced_dims(grad, dim, keepdim), restore_reduced_dims(result, dim, keepdim) == self, dim
        ),
        at="amin(self), helper",
    )


def cumsum_backward(grad, dim):
    return np.flip(np.cumsum(np.flip(grad, dim), dim), dim)


def _softmax_backward_data(grad, output, dim):
    return grad * output - output * (grad * output).sum(axis=dim, keepdims=True)


def _log_softmax_backward_data(grad, output, dim):
    return grad - exp(output) * grad.sum(axis=dim, keepdims=True)


def restore_reduced_dims(x, dim, keepdim):
    return x if keepdim else expand_dims(x, dim)


def scale_grad_by_count(grad, mask, dim):
    count = where(mask, 1, 0)
    return grad / count.sum(axis=dim, keepdims=True) * count


@derivation(source=TABLE)
def second_derivatives_along_an_axis():
    n, m = dims("n m")
    grad_output, output, grad, dim = real("grad_output", n, m), real("output", n, m), real("grad", n, m), 1
    result = grad_output - exp(output) * grad_output.sum(axis=1, keepdims=True)
    yield claim(
        vjp(grad, result, grad_output),
        grad - (grad * exp(output)).sum(axis=dim, keepdims=True),
        at="_log_softmax_backward_data(grad_output)",
    )
    yield claim(
        vjp(grad, result, output),
        -grad_output.sum(axis=dim, keepdims=True) * exp(output) * grad,
        at="_log_softmax_backward_data(output)",
    )
    result = output * (grad_output - (grad_output * output).sum(axis=1, keepdims=True))
    yield claim(
        vjp(grad, result, grad_output),
        _softmax_backward_data(grad, output, dim),
        at="_softmax_backward_data(grad_output), helper",
    )
    yield claim(
        vjp(grad, result, output),
        softmax_double_backward(grad, grad_output, dim, output),
        at="_softmax_backward_data(output), helper",
    )


def softmax_double_backward(grad, grad_output, dim, output):
    return (
        grad_output * grad
        - (output * grad_output).sum(axis=dim, keepdims=True) * grad
        - grad_output * (grad * output).sum(axis=dim, keepdims=True)
    )
