"""PyTorch's table of derivatives: products, axes, and parts of arrays.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.
"""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import (
    broadcast_to,
    concatenate,
    diag,
    expand_dims,
    eye,
    labels,
    outer,
    sqrt,
    squeeze,
    stack,
    trace,
    where,
    zeros,
)
from gradcheck.notation import indices as letters

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


def maybe_multiply(x, factor):
    return x * factor


def equal(x, y):
    return (x >= y) * (x <= y)


def masked_fill(x, mask, value):
    return where(mask, value, x)


@derivation(source=TABLE)
def products_of_matrices():
    n, m, k = dims("n m k")
    self, mat2, grad = real("self", n, m), real("mat2", m, k), real("grad", n, k)
    yield claim(vjp(grad, self @ mat2, self), mm_mat1_backward(grad, mat2, 1), at="mm(self), helper")
    yield claim(vjp(grad, self @ mat2, mat2), mm_mat2_backward(grad, self, 1), at="mm(mat2), helper")
    input, weight, bias = real("input", n, m), real("weight", k, m), real("bias", k)
    result = input @ weight.T + bias
    yield claim(vjp(grad, result, input), linear_backward(input, grad, weight)[0], at="linear(input), helper")
    yield claim(vjp(grad, result, weight), linear_backward(input, grad, weight)[1], at="linear(weight), helper")
    yield claim(vjp(grad, result, bias), linear_backward(input, grad, weight)[2], at="linear(bias), helper")


@derivation(source=TABLE)
def products_of_matrices_and_a_sum():
    n, m, k = dims("n m k")
    mat1, mat2, alpha, beta, grad = (
        real("mat1", n, m),
        real("mat2", m, k),
        real("alpha"),
        real("beta"),
        real("grad", n, k),
    )
    self = real("self", n, k)
    result = beta * self + alpha * (mat1 @ mat2)
    yield claim(vjp(grad, result, self), maybe_multiply(grad, beta), at="addmm(self)")
    yield claim(vjp(grad, result, mat1), mm_mat1_backward(grad, mat2, alpha), at="addmm(mat1), helper")
    yield claim(vjp(grad, result, mat2), mm_mat2_backward(grad, mat1, alpha), at="addmm(mat2), helper")


def mm_mat1_backward(grad, mat2, alpha):
    return maybe_multiply(grad @ mat2.T, alpha)


def mm_mat2_backward(grad, mat1, alpha):
    return maybe_multiply(mat1.T @ grad, alpha)


def linear_backward(input, grad, weight):
    return grad @ weight, grad.T @ input, grad.sum(axis=0)


@derivation(source=TABLE)
def products_with_vectors():
    n, m = dims("n m")
    self, vec, grad = real("self", n, m), real("vec", m), real("grad", n)
    yield claim(vjp(grad, self @ vec, self), outer(grad, vec), at="mv(self)")
    yield claim(vjp(grad, self @ vec, vec), self.T @ grad, at="mv(vec)")


@derivation(source=TABLE)
def products_with_a_vector_and_a_sum():
    n, m = dims("n m")
    self, mat, vec, alpha, beta = real("self", n), real("mat", n, m), real("vec", m), real("alpha"), real("beta")
    grad = real("grad", n)
    result = beta * self + alpha * (mat @ vec)
    yield claim(vjp(grad, result, self), maybe_multiply(grad, beta), at="addmv(self)")
    yield claim(vjp(grad, result, mat), maybe_multiply(outer(grad, vec), alpha), at="addmv(mat)")
    yield claim(vjp(grad, result, vec), maybe_multiply(mat.T @ grad, alpha), at="addmv(vec)")


@derivation(source=TABLE)
def outer_products():
    n, m = dims("n m")
    self, vec1, vec2, grad = real("self", n, m), real("vec1", n), real("vec2", m), real("grad", n, m)
    alpha, beta = real("alpha"), real("beta")
    result = beta * self + alpha * outer(vec1, vec2)
    yield claim(vjp(grad, result, self), maybe_multiply(grad, beta), at="addr(self)")
    yield claim(vjp(grad, result, vec1), maybe_multiply(grad @ vec2, alpha), at="addr(vec1)")
    yield claim(vjp(grad, result, vec2), maybe_multiply(grad.T @ vec1, alpha), at="addr(vec2)")


@derivation(source=TABLE)
def products_of_vectors():
    n = dims("n")
    self, tensor, other, grad = real("self", n), real("tensor", n), real("other", n), real("grad")
    yield claim(vjp(grad, self @ tensor, self), grad * tensor, at="dot(self)")
    yield claim(vjp(grad, self @ tensor, tensor), grad * self, at="dot(tensor)")
    yield claim(vjp(grad, self @ other, self), grad * other, at="vdot(self)")
    yield claim(vjp(grad, self @ other, other), grad * self, at="vdot(other)")


@derivation(source=TABLE)
def products_of_stacks():
    b, n, m, k = dims("b n m k")
    self, mat2, grad = real("self", b, n, m), real("mat2", b, m, k), real("grad", b, n, k)
    yield claim(vjp(grad, self @ mat2, self), grad @ np.swapaxes(mat2, 1, 2), at="bmm(self)")
    yield claim(vjp(grad, self @ mat2, mat2), np.swapaxes(self, 1, 2) @ grad, at="bmm(mat2)")


@derivation(source=TABLE)
def products_of_stacks_and_a_sum():
    b, n, m, k = dims("b n m k")
    self, batch1, batch2, grad = (
        real("self", b, n, k),
        real("batch1", b, n, m),
        real("batch2", b, m, k),
        real("grad", b, n, k),
    )
    alpha, beta = real("alpha"), real("beta")
    result = beta * self + alpha * (batch1 @ batch2)
    yield claim(vjp(grad, result, self), maybe_multiply(grad, beta), at="baddbmm(self)")
    yield claim(
        vjp(grad, result, batch1), maybe_multiply(grad @ np.swapaxes(batch2, 1, 2), alpha), at="baddbmm(batch1)"
    )
    yield claim(
        vjp(grad, result, batch2), maybe_multiply(np.swapaxes(batch1, 1, 2) @ grad, alpha), at="baddbmm(batch2)"
    )


@derivation(source=TABLE)
def sums_of_products_of_stacks():
    b, n, m, k = dims("b n m k")
    self, batch1, batch2, grad = (
        real("self", n, k),
        real("batch1", b, n, m),
        real("batch2", b, m, k),
        real("grad", n, k),
    )
    alpha, beta = real("alpha"), real("beta")
    result = beta * self + alpha * (batch1 @ batch2).sum(axis=0)
    yield claim(vjp(grad, result, self), maybe_multiply(grad, beta), at="addbmm(self)")
    yield claim(
        vjp(grad, result, batch1),
        maybe_multiply(
            broadcast_to(expand_dims(grad, 0), (batch1.shape[0], batch1.shape[1], batch2.shape[2]))
            @ np.swapaxes(batch2, 1, 2),
            alpha,
        ),
        at="addbmm(batch1)",
    )
    yield claim(
        vjp(grad, result, batch2),
        maybe_multiply(
            np.swapaxes(batch1, 1, 2)
            @ broadcast_to(expand_dims(grad, 0), (batch1.shape[0], batch1.shape[1], batch2.shape[2])),
            alpha,
        ),
        at="addbmm(batch2)",
    )


@derivation(source=TABLE)
def products_in_space():
    self, other, grad, dim = real("self", 3), real("other", 3), real("grad", 3), -1
    result = linalg_cross(self, other, dim)
    yield claim(vjp(grad, result, self), linalg_cross(other, grad, dim), at="linalg_cross(self)")
    yield claim(vjp(grad, result, other), linalg_cross(grad, self, dim), at="linalg_cross(other)")


def linalg_cross(x, y, dim):
    return np.roll(x, -1, dim) * np.roll(y, -2, dim) - np.roll(x, -2, dim) * np.roll(y, -1, dim)


@derivation(source=TABLE)
def square_matrices():
    n = dims("n")
    self, grad = real("self", n, n), real("grad", n, n)
    dim0, dim1, diagonal = 0, 1, 1
    yield claim(vjp(grad, self.T, self), grad.T, at="t(self)")
    yield claim(vjp(grad, self.T, self), np.swapaxes(grad, dim0, dim1), at="transpose.int(self)")
    yield claim(vjp(grad, np.tril(self, 1), self), np.tril(grad, diagonal), at="tril(self)")
    yield claim(vjp(grad, np.triu(self, 1), self), np.triu(grad, diagonal), at="triu(self)")


@derivation(source=TABLE)
def traces():
    n = dims("n")
    self, grad = real("self", n, n), real("grad")
    yield claim(vjp(grad, trace(self), self), trace_backward(grad, self.shape), at="trace(self), helper")


@derivation(source=TABLE)
def diagonals():
    n = dims("n")
    self, grad = real("self", n, n), real("grad", n)
    yield claim(vjp(grad, np.diag(self), self), diagonal_backward(grad), at="diagonal(self), helper")


def trace_backward(grad, sizes):
    return grad * eye(sizes[0])


def diagonal_backward(grad):
    return diag(grad)


@derivation(source=TABLE)
def the_order_of_entries():
    n, m, k = dims("n m k")
    self, grad, shifts, dims_ = real("self", n, m, k), real("grad", n, m, k), 2, (0, 2)
    yield claim(vjp(grad, np.flip(self, (0, 2)), self), np.flip(grad, dims_), at="flip(self)")
    dims_ = 1
    yield claim(vjp(grad, np.roll(self, 2, 1), self), np.roll(grad, -shifts, dims_), at="roll(self)")


@derivation(source=TABLE)
def views():
    n, m, k = dims("n m k")
    self, grad = real("self", n, m, k), real("grad", n * m * k)
    yield claim(vjp(grad, self.reshape(n * m * k), self), np.reshape(grad, self.shape), at="view(self)")


@derivation(source=TABLE)
def the_order_of_axes():
    n, m, k = dims("n m k")
    self, grad, dims_ = real("self", n, m, k), real("grad", m, k, n), (1, 2, 0)
    yield claim(vjp(grad, self.transpose(1, 2, 0), self), permute_backwards(grad, dims_), at="permute(self), helper")


def permute_backwards(grad, dims):
    return np.transpose(grad, [dims.index(axis) for axis in range(len(dims))])


@derivation(source=TABLE)
def axes_of_size_one():
    n, m = dims("n m")
    self, grad, dim = real("self", n, m), real("grad", n, 1, m), 1
    yield claim(vjp(grad, expand_dims(self, 1), self), squeeze(grad, dim), at="unsqueeze(self)")


@derivation(source=TABLE)
def axes_left_out():
    n, m = dims("n m")
    self, grad, dim = real("self", n, 1, m), real("grad", n, m), 1
    yield claim(vjp(grad, squeeze(self, 1), self), unsqueeze_to(grad, dim), at="squeeze.dim(self), helper")


@derivation(source=TABLE)
def broadcasts():
    n, m = dims("n m")
    self, grad = real("self", n, 1), real("grad", n, m)
    yield claim(vjp(grad, broadcast_to(self, (n, m)), self), sum_to(grad, self.shape), at="expand(self), helper")


def unsqueeze_to(grad, dim):
    return expand_dims(grad, dim)


def sum_to(grad, sizes):
    return grad.sum(axis=tuple(axis for axis, size in enumerate(sizes) if size == 1), keepdims=True)


@derivation(source=TABLE)
def concatenations():
    n, m, k = dims("n m k")
    tensors, grad = [real("x", n, m), real("y", k, m)], real("grad", n + k, m)
    x, y = tensors
    result = concatenate(tensors, axis=0)
    yield claim(vjp(grad, result, x), cat_tensors_backward(grad, to_args_sizes(tensors))[0], at="cat(tensors), helper")
    yield claim(vjp(grad, result, y), cat_tensors_backward(grad, to_args_sizes(tensors))[1], at="cat(tensors), helper")


def to_args_sizes(tensors):
    return [array.shape for array in tensors]


def cat_tensors_backward(grad, sizes):
    (first, _), _ = sizes
    return grad[:first], grad[first:]


@derivation(source=TABLE)
def stacks():
    n, m = dims("n m")
    tensors, grad, dim = [real("x", n, m), real("y", n, m)], real("grad", n, 2, m), 1
    x, y = tensors
    result = stack(tensors, axis=1)
    yield claim(vjp(grad, result, x), stack_tensors_backward(grad, dim)[0], at="stack(tensors), helper")
    yield claim(vjp(grad, result, y), stack_tensors_backward(grad, dim)[1], at="stack(tensors), helper")


def stack_tensors_backward(grad, dim):
    at = (slice(None),) * dim
    return grad[(*at, 0)], grad[(*at, 1)]


@derivation(source=TABLE)
def rows():
    n, m = dims("n m")
    self, grad, index = real("self", n + 3, m), real("grad", m), 2
    yield claim(vjp(grad, self[2], self), select_backward(grad, self.shape, index), at="select.int(self), helper")


@derivation(source=TABLE)
def slices():
    n, m = dims("n m")
    self, grad, start, end = real("self", n + 2, m), real("grad", n, m), 1, -1
    yield claim(vjp(grad, self[1:-1], self), slice_backward_wrapper(grad, start, end), at="slice.Tensor(self), helper")


@derivation(source=TABLE)
def padding():
    n = dims("n")
    self, grad, pad = real("self", n), real("grad", n + 3), (2, 1)
    result = np.pad(self, (2, 1))
    yield claim(vjp(grad, result, self), constant_pad_nd_backward(grad, pad), at="constant_pad_nd(self), helper")


def select_backward(grad, sizes, index):
    rest = sizes[0] - index - 1
    return concatenate([zeros(index, sizes[1]), expand_dims(grad, 0), zeros(rest, sizes[1])], axis=0)


def slice_backward_wrapper(grad, start, end):
    return np.pad(grad, ((start, -end), (0, 0)))


def constant_pad_nd_backward(grad, pad):
    return grad[pad[0] : -pad[1]]


@derivation(source=TABLE)
def look_ups():
    N, C, d = dims("N C d")
    i, j = letters("i j")
    weight, indices, grad = real("weight", C, d), labels("indices", N, classes=C), real("grad", N, d)
    result = weight[indices[i], j].array(i, j)
    yield claim(vjp(grad, result, weight), embedding_backward(grad, indices), at="embedding(weight), helper")


def embedding_backward(grad, indices):
    """The rows of `grad` are added at the indices."""
    return indices.one_hot.T @ grad


@derivation(source=TABLE)
def distances():
    n, m, d = dims("n m d")
    x1, x2, grad = real("x1", n, d), real("x2", m, d), real("grad", n, m)
    result = sqrt(((expand_dims(x1, 1) - expand_dims(x2, 0)) ** 2).sum(axis=2))
    yield claim(
        vjp(grad, result, x1), _euclidean_dist_backward(grad, x1, x2, result)[0], at="_euclidean_dist(x1), helper"
    )
    yield claim(
        vjp(grad, result, x2), _euclidean_dist_backward(grad, x1, x2, result)[1], at="_euclidean_dist(x2), helper"
    )


def _euclidean_dist_backward(grad, x1, x2, result):
    ratio = masked_fill(grad / result, equal(result, 0), 0)
    return (x1 * ratio.sum(axis=1, keepdims=True) - ratio @ x2, x2 * expand_dims(ratio.sum(axis=0), 1) - ratio.T @ x1)
