"""The prime field: what is wrong is never equal, what is right is equal at sizes that cannot be written out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gradcheck.documents.files import collect
from gradcheck.documents.instances import read
from gradcheck.functions import TABLE, leaky_relu
from gradcheck.functions import table as functions
from gradcheck.graph import (
    KINDS,
    Array,
    apply,
    as_array,
    broadcast_to,
    dims,
    domains,
    inputs_of,
    make_input,
    size_symbols,
)
from gradcheck.judging.steps import misfit
from gradcheck.notation import (
    abstract,
    arctan,
    bits,
    cos,
    cosh,
    cross_entropy,
    diag,
    digamma,
    erf,
    erfc,
    exp,
    gamma,
    gelu,
    gelu_tanh,
    gradient,
    identity,
    jacobian,
    lgamma,
    log,
    log_softmax,
    logsumexp,
    one_hot,
    ones,
    pi,
    positive,
    real,
    relu,
    relu_prime,
    sigmoid,
    sin,
    sinh,
    softplus,
    sqrt,
    tanh,
    unit,
    where,
)
from gradcheck.numerics import reverse_mode
from gradcheck.proofs import prime_field
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.proofs.residues import P
from gradcheck.sampling import choices
from gradcheck.tolerances import LIMIT
from gradcheck.verdicts import Answer

n0, n1, n2, m, n = dims("n0 n1 n2 m n")
SIZES = {n0: 7, n1: 5, n2: 3, m: 4, n: 6}
LARGE = {n0: 64, n1: 32, n2: 16, m: 10}
X, Y = real("X", n0, m), bits("Y", n2, m)
W1, b1, W2, b2 = real("W1", n1, n0), real("b1", n1, 1), real("W2", n2, n1), real("b2", n2, 1)
S, x, y, c = real("S", n, n), real("x", n), real("y", n), real("c")
p, a, t = positive("p", n), unit("a", n), bits("t", n)
Z, H = real("Z", n2, m), one_hot("H", n2, m)
g, L = abstract("g"), abstract("L", 2)


def compare(target, step, sizes=SIZES, seed=0):
    return PrimePoint(inputs_of([target, step]), sizes, seed).compare(target, step)


def network(activation):
    """A two-layer network with cross-entropy cost, and the right gradients of its parameters."""
    Z1 = W1 @ X + b1
    A1 = activation(Z1)
    T = sigmoid(W2 @ A1 + b2)
    J = -(Y * log(T) + (1 - Y) * log(1 - T)).sum() / m
    dZ2 = (T - Y) / m
    dZ1 = W2.T @ dZ2 * activation.prime(Z1)
    right = {
        "W1": (gradient(J, W1), dZ1 @ X.T),
        "b1": (gradient(J, b1), dZ1.sum(axis=1, keepdims=True)),
        "W2": (gradient(J, W2), dZ2 @ A1.T),
        "b2": (gradient(J, b2), dZ2.sum(axis=1, keepdims=True)),
    }
    return right, Z1, A1, T, dZ2


def layer_norm():
    centred = Z - Z.mean(axis=0, keepdims=True)
    deviation = sqrt((centred**2).mean(axis=0, keepdims=True) + Fraction(1, 1000))
    scaled = centred / deviation
    D = real("D", n2, m)
    mean, product = D.mean(axis=0, keepdims=True), (D * scaled).mean(axis=0, keepdims=True)
    return gradient((D * scaled).sum(), Z), (D - mean - scaled * product) / deviation, (D - mean) / deviation


def softmax(Z):
    return exp(Z) / exp(Z).sum(axis=0, keepdims=True)


RIGHT, Z1, A1, T, DZ2 = network(sigmoid)
RELU = network(relu)
ENTRY = np.ones((3, 2))
ENTRY[1, 1] = 2
M = real("M", 3, 2)

WRONG = {
    "m": (RIGHT["W1"][0], RIGHT["W1"][1] * m),
    "n/m": (RIGHT["W1"][0], RIGHT["W1"][1] * n0 / m),
    "1/m is lost": (RIGHT["b2"][0], (T - Y).sum(axis=1, keepdims=True)),
    "transposed": (gradient((S @ x) @ y, S), np.outer(x, y)),
    "transposed matrix": (S @ S.T, S.T @ S),
    "a dropped term": (gradient((x * g(x)).sum(), x), x * g.prime(x)),
    "a dropped bias": (Z1, W1 @ X),
    "sign": (RELU[0]["W1"][0], -RELU[0]["W1"][1]),
    "one sign": (gradient(x @ S @ x, x), (S - S.T) @ x),
    "sign of the label": (gradient(cross_entropy(a, t).sum(), a), (a + t) / (a * (1 - a))),
    "σ for σ′": (RIGHT["W1"][0], W2.T @ DZ2 * sigmoid(Z1) @ X.T),
    "ReLU for ReLU′": (RELU[0]["W1"][0], W2.T @ RELU[4] * relu(Z1) @ X.T),
    "g for g′": (gradient(g(x).sum(), x), g(x)),
    "g′ of another argument": (gradient(g(2 * x).sum(), x), 2 * g.prime(x)),
    "one entry": (M, M * ENTRY),
    "tiny": (x, x * (1 + Fraction(1, 10**9))),
    "a size": (x * m, x * n),
    "where it is negative": (relu(x), x),
    "in the dead region": (relu(x), relu(x) - relu(-x) / 1000),
    "where the label is 1": (t * x, x),
    "where two labels are 1": (x * t[0] * t[1], 0 * x),
    "not bits": (x * x, x),
    "columns that are not one-hot": (bits("B", n2, m).sum(axis=0), 1 + 0 * Y[0]),
    "the largest for each of its entries": (Z.max(axis=0, keepdims=True) + 0 * Z, Z),
    "the smallest for the largest": (Z.max(axis=0), Z.min(axis=0)),
    "the mask of other entries": (1 * (Z.max(axis=0) == Z), 1 * ((2 * Z + H).max(axis=0) == 2 * Z + H)),
    "two largest entries": ((1 * (Z.max(axis=0) == Z)).sum(axis=0), 2 + 0 * Z[0]),
    "ReLUs that may tie": ((1 * (relu(Z).max(axis=0) == relu(Z))).sum(axis=0), 1 + 0 * Z[0]),
    "labels that may tie": ((1 * ((Y * Z).max(axis=0) == Y * Z)).sum(axis=0), 1 + 0 * Z[0]),
    "two of them": ((1 * ((t * x)[:2].max() == (t * x)[:2])).sum(), 1 + 0 * c),
    "the log of a sum of others": (logsumexp(Z, axis=0), logsumexp(2 * Z, axis=0)),
    "softmax without its log": (log_softmax(Z, axis=0), Z - Z.max(axis=0)),
    "softmax without labels": (gradient(-(H * log(softmax(Z))).sum(), Z), softmax(Z)),
    "layer norm without its product": (layer_norm()[0], layer_norm()[2]),
    "sin": (sin(x) ** 2 + cos(x), 1 + 0 * x),
    "parity of cos": (cos(-x), -cos(x)),
    "parity of exp": (exp(-x), exp(x)),
    "parity of erf": (erf(-x), erf(x)),
    "parity of arctan": (arctan(-x), arctan(x)),
    "erf for its complement": (erfc(x), 1 - erf(2 * x)),
    "Γ of the next number": (lgamma(p + 1), lgamma(p) + p),
    "exp of another sum": (exp(x + y), exp(x) * exp(y) * exp(x)),
    "log of a sum": (log(p + a), log(p) + log(a)),
    "log of a product of what may be negative": (log(x * y), log(x) + log(y)),
    "log of the product of what may be negative": (log(x.prod()), log(x).sum()),
    "log of the product of others": (log((p**x).prod()), (x * log(a)).sum()),
    "root of the product of what may be negative": (sqrt(x.prod()), sqrt(x).prod()),
    "product of roots of what may be negative": (sqrt(x * y) * sqrt(x * a), x * sqrt(y * a)),
    "root of a square": (sqrt(x * x), x),
    "order of arguments": (L(x, y), L(y, x)),
    "mixed derivatives": (gradient(gradient(L(x, y).sum(), x).sum(), y), 0 * x),
    "two functions of one name": (abstract("h").prime(x), abstract("h′")(x)),
    "step of a number": (where(x - x > -1, x, y), y),
    "mask": (np.maximum(x, y), np.minimum(x, y)),
    "steps of what may be 0": (1 * (relu(x) > 0) + (relu(x) < 0), ones(n)),
    "≥ for > of what may be 0": (relu(x) >= 0, relu(x) > 0),
    "steps of what may be 0 in part": (
        1 * (x * relu(y) - x * relu(y - 1) > 0) + (x * relu(y) - x * relu(y - 1) < 0),
        ones(n),
    ),
    "steps of an unknown function": (1 * (g(x) > 0) + (g(x) < 0), ones(n)),
    "steps of labels": (1 * (t > 0) + (t < 0), ones(n)),
    "an input that another term cancels": (1 * (relu(x) + y - y > 0) + (relu(x) + y - y < 0), ones(n)),
    "names with one checksum": (real("plumless", n) + x, real("buckeroo", n) + x),  # equal by CRC-32
    "functions whose names have one checksum": (abstract("plumless")(x), abstract("buckeroo")(x)),
    "another exponent": (p**y, p ** (y + 1)),
    "sin of three times": (2 * sin(x) * cos(x), sin(3 * x)),
    "sin of once": (2 * sin(x) * cos(x), sin(x)),
    "sin of half": (2 * sin(x / 2) * cos(x / 2), sin(x / 2)),
    "sin of a difference": (sin(x - y), sin(x) * cos(y) + cos(x) * sin(y)),
    "cos of a sum": (cos(x + y), cos(x) * cos(y) + sin(x) * sin(y)),
    "cos of twice": (cos(2 * x), 1 - sin(x) ** 2),
    "a quarter of a turn": (sin(x + 1), cos(x)),
    "sin of a third": (sin(x), 3 * sin(x / 3) - 3 * sin(x / 3) ** 3),
    "sinh of twice": (sinh(2 * x), sinh(x) * cosh(x)),
    "cosh of a sum": (cosh(x + y), cosh(x) * cosh(y) - sinh(x) * sinh(y)),
    "square of a root of what may be negative": (sqrt(x) ** 2, x),
    "root of a square of a root": (sqrt(sqrt(p) ** 2), p),
    "square of a cube root": ((p ** Fraction(1, 3)) ** 2, p),
    "fourth power of a root": (sqrt(p) ** 4, p),
    "root of a product of what may be negative": (sqrt(x * y), sqrt(x) * sqrt(y)),
    "root of a sum": (sqrt(p + a), sqrt(p) + sqrt(a)),
    "the other root": (sqrt(p), -sqrt(p)),
    "square of a real number": (x * x, x),
    "square of what is between 0 and 1": (a * a, a),
    "two labels": (t[0] * t[1], t[0]),
    "square of a sum of labels": (t.sum() ** 2, t.sum()),
    "square of twice a label": ((2 * t) ** 2, 2 * t),
    "exp of a label": (exp(t * x), 1 - t + t * exp(2 * x)),
    "labels that have no value in a case": (1 / t, t),
    "one class twice": (H[0] * H[0], 0 * H[0]),
    "two columns": (H[0, 0] * H[1, 1], 0 * c),
    "square of the sum of all classes": (H.sum() ** 2, m * m + 0 * c + H[0, 0]),
    "the wrong class": ((H * Z).sum(axis=0) ** 2, (H * Z).sum(axis=0) * Z[0]),
    "columns of bits": ((Y * Z).sum(axis=0) ** 2, (Y * Z * Z).sum(axis=0)),
    "derivative of a square with labels": (gradient(((Z - H) ** 2).sum(), Z), 2 * (Z - H) + H * Z),
}
EQUAL = {
    "the mask of the largest": (gradient((Z.max(axis=0) ** 2).sum(), Z), 2 * Z.max(axis=0) * (Z.max(axis=0) == Z)),
    "of ReLUs, whose derivative is there where they differ": (
        gradient(relu(Z).max(axis=0).sum(), Z),
        gradient(relu(Z).max(axis=0).sum(), Z) * 1,
    ),
    "the smallest": (Z.min(axis=0), -(-Z).max(axis=0)),
    "the mask has one entry": ((1 * (Z.max(axis=0) == Z)).sum(axis=0), 1 + 0 * Z[0]),
    "of positive numbers": ((1 * (p.max() == p)).sum(), 1 + 0 * c),
    "of two numbers": (np.concatenate([x[None], y[None]]).max(axis=0), np.maximum(y, x)),
    "softmax moved by the largest": (softmax(Z - Z.max(axis=0, keepdims=True)), softmax(Z)),
    "log of a sum of exponentials": (logsumexp(Z, axis=0), log(exp(Z).sum(axis=0))),
    "its derivative": (gradient(logsumexp(Z, axis=0).sum(), Z), softmax(Z)),
    "its exponential": (exp(log_softmax(Z, axis=0)), softmax(Z)),
    "of a layer": (exp(logsumexp(W2 @ W1 @ X + b2, axis=0)), exp(W2 @ W1 @ X + b2).sum(axis=0)),
    "cross-entropy of log-softmax": (gradient(-(H * log_softmax(Z, axis=0)).sum(), Z), softmax(Z) - H),
    "exp of a sum": (exp(x + y), exp(x) * exp(y)),
    "exp of a difference": (exp(x - 2 * y), exp(x) / exp(y) ** 2),
    "exp of a log": (exp(log(p)), p),
    "exp of what is written twice": (exp(S @ x + y), exp(y + x @ S.T)),
    "exp of what was split before": (exp(x + y) * exp(np.einsum("ij,j->i", S, x)), exp(y + x + S @ x)),
    "log of exp": (log(exp(S @ x)), S @ x),
    "log of a quotient": (log(1 / p), -log(p)),
    "log of a product": (log(p**2 * a / 3), 2 * log(p) + log(a) - log(3 + 0 * p)),
    "log of a product along an axis": (log((S * S).prod(axis=0)), log(S * S).sum(axis=0)),
    "log of a product of powers": (log((p**x * a).prod()), (x * log(p) + log(a)).sum()),
    "root of a product along an axis": (sqrt((p * a).prod()), sqrt(p).prod() * sqrt(a).prod()),
    "log of a root": (log(sqrt(p)), log(p) / 2),
    "log σ": (log(sigmoid(x)), -softplus(-x)),
    "log(1 - σ)": (log(1 - sigmoid(x)), -softplus(x)),
    "softplus": (softplus(-x), softplus(x) - x),
    "cross-entropy of logits": (cross_entropy(sigmoid(x), t), softplus(x) - t * x),
    "softmax is shifted": (softmax(Z), softmax(Z - Z[:1])),
    "log softmax": (log(softmax(Z)), Z - log(exp(Z).sum(axis=0, keepdims=True))),
    "softmax is exp of log softmax": (exp(Z - log(exp(Z).sum(axis=0, keepdims=True))), softmax(Z)),
    "σ": (1 / (1 + exp(-x)), exp(x) / (1 + exp(x))),
    "σ by tanh": (sigmoid(x), (1 + tanh(x / 2)) / 2),
    "σ′": (sigmoid.prime(x), sigmoid(x) * (1 - sigmoid(x))),
    "σ″": (gradient(sigmoid.prime(x).sum(), x), sigmoid(x) * (1 - sigmoid(x)) * (1 - 2 * sigmoid(x))),
    "tanh′": (tanh.prime(x), 1 - tanh(x) ** 2),
    "tanh by exp": (tanh(x), (exp(x) - exp(-x)) / (exp(x) + exp(-x))),
    "tanh by σ": (tanh(x), 2 * sigmoid(2 * x) - 1),
    "tanh": (tanh(x), sinh(x) / cosh(x)),
    "cosh": (cosh(x) ** 2 - sinh(x) ** 2, 1 + 0 * x),
    "sin and cos": (sin(-x) ** 2 + cos(x) ** 2, 1 + 0 * x),
    "erf": (erf(-x), -erf(x)),
    "erf of what is 0": (erf(x - x) + c, c + 0 * x),
    "erfc": (erfc(-x), 2 - erfc(x)),
    "arctan": (arctan(-x), -arctan(x)),
    "GELU": (gelu(x), x * (1 + erf(x / sqrt(2))) / 2),
    "GELU of tanh": (gelu_tanh(x), x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))),
    "logaddexp": (np.logaddexp(x, 0), softplus(x)),
    "Γ": (log(gamma(p)), lgamma(p)),
    "Γ′": (gradient(gamma(p).sum(), p), gamma(p) * digamma(p)),
    "powers": (p ** Fraction(-3, 2), 1 / sqrt(p) ** 3),
    "exponents of which exp is known": (exp(y - 1) * p ** (y - 1), exp(y - 1) * p**y / p),
    "exponents": (p ** (y + 2), p**y * p * p),
    "ReLU": (relu(x) - relu(-x), x),
    "ReLU by cases": (where(x > 0, x, 0), relu(x)),
    "abs": (abs(x), relu(x) + relu(-x)),
    "maximum": (np.maximum(x, y) + np.minimum(x, y), x + y),
    "maximum with a number": (np.maximum(x, 0), relu(x)),
    "ReLU by maximum, with a bias": (np.maximum(0, S @ relu(S @ x) + y), relu(y + S @ relu(S @ x))),
    "cases of ReLU′": (gradient(relu(x).sum(), x), where(x > 0, 1, where(x < 0, 0, 0))),
    "step of a number": (where(ones(n) > 0.5, x, y), x),
    "mask of numbers": (where(as_array(np.array([1.0, -0.3])) > 0.25, 1, 0), as_array(np.array([1, 0]))),
    "bits": (1 - t - (1 - t), 0 * t),
    "one-hot columns": (H.sum(axis=0), 1 + 0 * H[0]),
    "softmax cross-entropy": (gradient(-(H * log(softmax(Z))).sum(), Z), softmax(Z) - H),
    "layer norm": layer_norm()[:2],
    "norm": (gradient(sqrt(x @ x), x), x / sqrt(x @ x)),
    "squared norm": (gradient(x @ x, x), 2 * x),
    "trace": ((S @ S.T).trace(), (S * S).sum()),
    "diagonal": (diag(x) @ S, x.reshape(-1, 1) * S),
    "diagonal of a matrix": (np.einsum("ii->i", S) * x, (S * identity(n)).sum(axis=0) * x),
    "einsum": (np.einsum("ij,jk,k->i", S, S, x), S @ (S @ x)),
    "einsum that keeps an index": (np.einsum("ij,ij,j->ij", S, S, x), S * S * x),
    "einsum that sums one operand": (np.einsum("ij,k->k", S, x), S.sum() * x),
    "gradient of an einsum": (gradient(np.einsum("ij,jk,ki->", S, S, S), S), 3 * (S @ S).T),
    "Jacobian": (jacobian(g(S @ x), x), diag(g.prime(S @ x)) @ S),
    "Jacobian of softmax": (
        jacobian(exp(x) / exp(x).sum(), x),
        diag(exp(x) / exp(x).sum()) - np.outer(exp(x), exp(x)) / exp(x).sum() ** 2,
    ),
    "abstract loss": (gradient(L(g(x), y).sum(), x), L.partial(0, g(x), y) * g.prime(x)),
    "mixed derivatives": (gradient(gradient(L(x, y).sum(), x).sum(), y), gradient(gradient(L(x, y).sum(), y).sum(), x)),
    "second derivative": (gradient(gradient(g(x * c).sum(), c), c), (x * x * g.prime.prime(x * c)).sum()),
    "intermediate": (gradient((x * x).sum() * c, x * x), c + 0 * x),
    "slices": (gradient((x[1:] * y[:-1]).sum(), x), np.concatenate([0 * x[:1], y[:-1]])),
    "reshape": (gradient((S.reshape(-1) * S.T.reshape(-1)).sum(), S), 2 * S.T),
    "numbers in other shapes": (x @ x, x.reshape(1, -1) @ x.reshape(-1, 1)),
    "sizes": (ones(n, m).sum(), n * m + 0 * c),
    "sin of twice": (2 * sin(x) * cos(x), sin(2 * x)),
    "sin of twice a sum": (2 * sin(S @ x + y) * cos(S @ x + y), sin(2 * (S @ x) + 2 * y)),
    "sin of half": (2 * sin(x / 2) * cos(x / 2), sin(x)),
    "cos by sin of half": (cos(x), 1 - 2 * sin(x / 2) ** 2),
    "sin of a difference": (sin(x - y), sin(x) * cos(y) - cos(x) * sin(y)),
    "sin of a sum of numbers": (sin(x + 1), sin(x) * cos(0 * x + 1) + cos(x) * sin(0 * x + 1)),
    "cos of three times": (cos(3 * x), 4 * cos(x) ** 3 - 3 * cos(x)),
    "sums of waves": (sin(x) + sin(y), 2 * sin((x + y) / 2) * cos((x - y) / 2)),
    "tan of twice": (sin(2 * x) / cos(2 * x), 2 * sin(x) * cos(x) / (cos(x) ** 2 - sin(x) ** 2)),
    "gradient of sin²": (gradient((sin(x) ** 2).sum(), x), sin(2 * x)),
    "gradient of sin of a sum": (gradient(sin(x + y).sum(), x), cos(x) * cos(y) - sin(x) * sin(y)),
    "sin of what is written in two ways": (sin(x @ S.T + y), sin(y + S @ x)),
    "sinh of twice": (sinh(2 * x), 2 * sinh(x) * cosh(x)),
    "cosh of a sum": (cosh(x + y), cosh(x) * cosh(y) + sinh(x) * sinh(y)),
    "tanh of twice": (tanh(2 * x), 2 * tanh(x) / (1 + tanh(x) ** 2)),
    "(√u)² = u": (sqrt(p) ** 2, p),
    "√u √u = u": (sqrt(p) * sqrt(p), p),
    "u/√u = √u": (p / sqrt(p), sqrt(p)),
    "(√u)⁴ = u²": (sqrt(p) ** 4, p * p),
    "√(uv) = √u √v": (sqrt(p * a), sqrt(p) * sqrt(a)),
    "√(u/v) = √u / √v": (sqrt(p / a), sqrt(p) / sqrt(a)),
    "√(u³)": (sqrt(p**3), p * sqrt(p)),
    "√(Σ x² Σ y²)": (sqrt((x @ x) * (y @ y)), sqrt(x @ x) * sqrt(y @ y)),
    "√(x / Σ y²)": (sqrt(x / (y**2).sum()), sqrt(x) / sqrt(y @ y)),
    "√((Σ x²)²)": (sqrt((x @ x) ** 2), x @ x),
    "log(x Σ y²)": (log(x * (y @ y)), log(x) + log(y @ y)),
    "√√u": (sqrt(sqrt(p)), p ** Fraction(1, 4)),
    "square of a norm": (sqrt(x @ x) ** 2, x @ x),
    "square of a cube root of what is not negative": (((x**2) ** Fraction(1, 3)) ** 3, x * x),
    "squares of bits": (t * t, t),
    "powers of bits": (t**3 * x, t * x),
    "bits and their complements": (t * (1 - t), 0 * t),
    "squared error of bits": ((x - t) ** 2, x**2 - 2 * x * t + t),
    "sum of squared errors": (((X - bits("B", n0, m)) ** 2).sum(), (X * X + (1 - 2 * X) * bits("B", n0, m)).sum()),
    "functions of bits": (g(t * x), t * g(x) + (1 - t) * g(0 * x)),
    "exp of bits": (exp(-t), 1 - t + t * exp(0 * x - 1)),
    "root of a bit": (sqrt(t + 1) ** 4, 1 + 3 * t),
    "step of a bit": (1 * (t > 0), t),
    "signs by bits": ((2 * t - 1) ** 2, 1 + 0 * t),
    "gradient with squared bits": (gradient((t * x * x).sum() ** 2, x), 4 * t**2 * x * (t * x * x).sum()),
    "bits of a one-hot column": (H * H, H),
    "two of a one-hot column": (H[0] * H[1], 0 * H[0]),
    "the class of a column": ((H * Z).sum(axis=0) ** 2, (H * Z * Z).sum(axis=0)),
    "exp of the class of a column": (exp((H * Z).sum(axis=0)), (H * exp(Z)).sum(axis=0)),
    "log of the class of a column": (log((H * exp(Z)).sum(axis=0)), (H * Z).sum(axis=0)),
    "square of a one-hot column": (np.einsum("ij,ij->j", H, H), 1 + 0 * H[0]),
    "Brier": (((softmax(Z) - H) ** 2).sum(), (softmax(Z) ** 2 - 2 * H * softmax(Z) + H).sum()),
}
NOT_RESPECTED = {
    "the largest entry is its entry": (Z.max(axis=0) * (Z.max(axis=0) == Z), Z * (Z.max(axis=0) == Z)),
    "a log of a sum that factors": (logsumexp(Z, axis=0), Z[0] + log(exp(Z - Z[:1]).sum(axis=0))),
    "log of what factors": (log(p * p + p * a), log(p) + log(p + a)),
    "√(u + v)² by another root": (sqrt(p + a) * sqrt(p + a), p + a),
    "sin of thirds": (sin(x), 3 * sin(x / 3) - 4 * sin(x / 3) ** 3),
    "steps": (relu(x) * relu_prime(x), relu(x)),
    "step of a multiple": (relu(2 * x), 2 * relu(x)),
    "σ > 0": (sigmoid(x) > 0, ones(n)),
}


# ---- wrong answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_never_equal(name):
    assert compare(*WRONG[name]).answer in (Answer.DIFFERS, Answer.UNRESOLVED)


@pytest.mark.parametrize("name", ["transposed", "one sign", "one entry", "a dropped bias", "a size", "not bits"])
def test_what_is_rational_in_free_inputs_is_refuted(name):
    found = compare(*WRONG[name])
    assert (found.answer, found.note) == (Answer.DIFFERS, "not the same rational function")


@pytest.mark.parametrize("name", NOT_RESPECTED)
def test_what_needs_a_relation_that_random_values_break_is_unknown(name):
    found = compare(*NOT_RESPECTED[name])
    assert (found.answer, found.note) == (
        Answer.UNRESOLVED,
        "not the same with random values for functions, steps and labels",
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_difference_that_few_labels_show_is_seen_at_every_seed(seed):
    # of 0 and 1 at random, 1 in 16 would show it
    difference = t[0] * t[1] * t[2] * t[3] * x
    assert compare(x + difference, x, seed=seed).answer is Answer.UNRESOLVED


@pytest.mark.parametrize("i", range(6))
def test_a_mistake_in_one_entry_is_seen(i):
    off = np.zeros(6)
    off[i] = 1e-6
    v = real("v", 6)
    assert compare(v * v, v * (v + off)).answer is Answer.DIFFERS


def test_steps_inside_a_definition_may_be_steps_of_what_is_0_on_an_open_set():
    def both_signs(u):
        return functions.step(u * functions.step(u)) + functions.step(-u * functions.step(u))

    row = replace(relu, sympy=both_signs, derived=None)
    assert compare(apply(row, x), ones(n)).answer is Answer.UNRESOLVED


def test_constants_that_may_be_rounded_refute_nothing():
    found = compare(x * (1 / 3), x / 3)
    assert (found.answer, found.note) == (Answer.UNRESOLVED, "the constant 0.3333333333333333 is rounded")


@pytest.mark.parametrize(
    ("target", "step", "note"),
    [
        (x, x / (c - c), "a division by 0"),
        (log(x - x), log(x - x), "a division by 0"),
        (x * P, 0 * x, "a constant is a multiple of the prime"),
        (x, x / P, "a constant is a multiple of the prime"),
        (where(ones(n) / 11 > 0, x, y), x, "the sign of a number"),
    ],
)
def test_what_has_no_value_in_the_field_is_unknown(target, step, note):
    found = compare(target, step)
    assert (found.answer, found.note, found.trials) == (Answer.UNRESOLVED, note, 0)


# ---- right answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EQUAL)
def test_what_is_right_is_equal(name):
    found = compare(*EQUAL[name])
    assert (found.answer, found.note) == (Answer.PROVED, "")
    assert 0 <= found.error < LIMIT
    assert found.trials > 0


@pytest.mark.parametrize("parameter", ["W1", "b1", "W2", "b2"])
@pytest.mark.parametrize("activation", [sigmoid, tanh, relu, softplus, leaky_relu(0.07), g], ids=repr)
def test_the_gradients_of_a_network_are_equal_at_large_sizes(activation, parameter):
    found = compare(*network(activation)[0][parameter], LARGE)
    assert (found.answer, found.note) == (Answer.PROVED, "")
    assert found.error < LIMIT


@pytest.mark.parametrize("parameter", ["W1", "b1", "W2", "b2"])
def test_gradients_that_are_wrong_at_large_sizes_are_not_equal(parameter):
    target, step = RIGHT[parameter]
    point = PrimePoint(inputs_of([target, step]), LARGE)
    assert point.compare(target, step).answer is Answer.PROVED
    for wrong in (-step, step * m, step * 1.001, step * n0 / m, step + target * 0 + 1):
        assert point.compare(target, wrong).answer is Answer.UNRESOLVED


def test_one_point_serves_many_steps():
    target = gradient((S * S).sum(), S)
    point = PrimePoint([S], SIZES)
    answers = [point.compare(target, step).answer for step in (2 * S, S, S + S)]
    assert answers == [Answer.PROVED, Answer.DIFFERS, Answer.PROVED]


def test_the_same_seed_gives_the_same_outcome_and_another_seed_other_values():
    outcomes = [compare(*RIGHT["W1"], seed=seed) for seed in (3, 3, 4)]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    values = [PrimePoint([X], SIZES, seed)._trial(0)(X).values for seed in (3, 3, 4)]
    assert np.array_equal(values[0], values[1])
    assert not np.any(values[0] == values[2])


# ---- the bound -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "degrees"),
    [
        (x**5, (5, 0)),
        (1 / x, (0, 1)),
        (x + 1 / y, (2, 1)),
        (x @ y, (2, 0)),
        ((x / y).sum(), (7, 6)),  # over all six denominators
        (S @ S @ x, (3, 0)),
        (np.linalg.det(S), (6, 0)),
        (np.linalg.inv(S), (5, 6)),
        (np.linalg.inv(S / y), (5 * (1 + 6) + 6, 6 * (1 + 6))),  # rows are freed of six denominators
        (np.linalg.det(1 / S), (6 * 5, 36)),
        (g(x**9), (1, 0)),
        (exp(3 * x), (3, 0)),
        (exp(-x) + exp(x), (2, 1)),  # (u² + 1) / u
        (sigmoid(x), (1, 1)),
        (broadcast_to(x, (m, n)), (1, 0)),
        (np.concatenate([x, y * y]), (2, 0)),
    ],
    ids=repr,
)
def test_degrees_of_numerators_and_denominators(graph, degrees):
    trial = PrimePoint(inputs_of([graph]), SIZES)._trial(0)
    degree = trial(graph).degree
    assert (degree.above, degree.below) == degrees


def test_the_degree_is_that_of_the_difference_after_cross_multiplication():
    assert compare(x**3 / y, x**3 / y).degree == 4
    assert compare(1 / x, 1 / x).degree == 1


def test_the_error_grows_with_the_degree_and_with_the_number_of_applications():
    assert compare(x, x).error == pytest.approx(1 / P)
    assert compare(x**3, x * x * x).error == pytest.approx(3 / P)
    many = compare(g(S), g(S))
    assert many.error >= 36**2 / P
    assert compare(g(S**9), g(S**9)).error > many.error


def test_a_bound_that_is_too_weak_for_one_point_is_made_of_several(monkeypatch):
    monkeypatch.setattr(prime_field, "LIMIT", 1e-30)
    found = compare(x, x)
    assert (found.answer, found.trials) == (Answer.PROVED, 2)
    assert found.error == pytest.approx(1 / P**2)


def test_a_bound_that_stays_too_weak_is_unknown(monkeypatch):
    monkeypatch.setattr(prime_field, "LIMIT", 0.0)
    found = compare(x, x)
    assert (found.answer, found.trials, found.note) == (Answer.UNRESOLVED, 3, "degrees are too high for a bound")


def norm(z):
    return (z - z.mean(axis=0)) / sqrt(((z - z.mean(axis=0)) ** 2).mean(axis=0) + 1 / 100)


def norm_back(D, z):
    y, deviation = norm(z), sqrt(((z - z.mean(axis=0)) ** 2).mean(axis=0) + 1 / 100)
    return (D - D.mean(axis=0) - y * (D * y).mean(axis=0)) / deviation


def softmax_back(D, z):
    y = softmax(z)
    return y * (D - (D * y).sum(axis=0))


DEEP_LAYERS = {"layer norm": (norm, norm_back), "softmax": (softmax, softmax_back)}


def deep(name, depth, back_again):
    """The gradient of a stack by its input, and the same by hand."""
    layer, back = DEEP_LAYERS[name]
    W = [real(f"W{i}", n0, n0) for i in range(depth)]
    A, G = [X], real("G", n0, m)
    for i in range(depth):
        A.append(layer(W[i] @ A[i]))
    D = G
    for i in reversed(range(depth)):
        D = W[i].T @ back_again(back(D, W[i] @ A[i]), i)
    return gradient((G * A[-1]).sum(), X), D


@pytest.mark.parametrize("name", DEEP_LAYERS)
def test_layers_are_proved_in_depth_at_large_sizes(name):
    wrong = compare(*deep(name, 8, lambda D, i: D * (1 + 1e-3) if i == 4 else D), LARGE)
    assert wrong.answer is Answer.UNRESOLVED
    assert wrong.note == "not the same with random values for functions, steps and labels"
    found = compare(*deep(name, 8, lambda D, i: D), LARGE)
    assert (found.answer, found.note) == (Answer.PROVED, "")
    assert found.trials <= 2


# ---- derivatives are certified ---------------------------------------------------------------------------------------

ROWS = {**TABLE, "leaky_relu(0.07)": leaky_relu(0.07), "g": g, "L": L}
DOMAINS = {"power": [domains.POSITIVE, domains.REAL], "where": [domains.BITS, domains.REAL, domains.REAL]}
SLOTS = [pytest.param(row, k, id=f"{name}-{k}") for name, row in ROWS.items() for k in range(row.arity)]


def arguments(row, prefix):
    given_domains = DOMAINS.get(row.name, [domains.REAL] * row.arity)
    return [make_input(f"{prefix}{i}", [n], domain) for i, domain in enumerate(given_domains)]


@pytest.mark.parametrize(("row", "k"), SLOTS)
def test_the_derivative_of_every_row_is_certified_and_equal_to_the_tables(row, k):
    args = arguments(row, "u")
    found = compare(gradient(row(*args).sum(), args[k]), broadcast_to(row.partial(k, *args), (n,)))
    assert found.answer is Answer.PROVED


@pytest.mark.parametrize(("row", "k"), [slot for slot in SLOTS if slot.values[0] is not TABLE["power"]])
def test_a_wrong_partial_in_the_table_is_a_contradiction(row, k):
    partials = list(row.partials)
    partials[k] = lambda *values: 2 * row.partials[k](*values) + 3
    wrong = replace(row, partials=tuple(partials), derived=None)
    args = arguments(row, "w")
    target = gradient(apply(wrong, *args).sum(), args[k])
    found = compare(target, target)
    assert found.answer is Answer.CONTRADICTS
    assert found.note == f"reverse mode and forward mode disagree about a derivative by w{k}"


def test_a_wrong_partial_of_powers_with_a_number_as_exponent_is_a_contradiction():
    z = real("of a cube", n)
    wrong = replace(TABLE["power"], partials=(lambda x, k, y: k * x**k, TABLE["power"].partials[1]))
    target = gradient(apply(wrong, z, 3).sum(), z)
    assert compare(target, target).answer is Answer.CONTRADICTS


@pytest.mark.parametrize(
    ("kind", "cost"),
    [
        ("Einsum", lambda v: (v @ v.T @ v).sum()),
        ("Reshape", lambda v: (v.reshape(-1) * real("r", n * n)).sum()),
        ("Index", lambda v: (v[1:] * v[1:]).sum()),
        ("Concatenate", lambda v: (np.concatenate([v, v * v]) * real("r", 2 * n, n)).sum()),
        ("Largest", lambda v: (v.max(axis=1) * real("r", n)).sum()),
        ("LogSumExp", lambda v: (logsumexp(v, axis=1) * real("r", n)).sum()),
        ("Multiplied", lambda v: (v.prod(axis=1) * real("r", n)).sum()),
        ("Inverse", lambda v: (np.linalg.inv(v) * real("r", n)).sum()),
        ("Determinant", np.linalg.det),
        ("LogDeterminant", lambda v: np.linalg.slogdet(v)[1]),
        ("Broadcast", lambda v: (broadcast_to(v, (m, n, n)) * real("r", m, n, n)).sum()),
    ],
)
def test_a_wrong_rule_of_reverse_mode_is_a_contradiction(monkeypatch, kind, cost):
    v = real(f"v of {kind}", n, n)
    right, wrong = gradient(cost(v), v), gradient(cost(v) * c, v)
    assert compare(right, right).answer is Answer.PROVED
    node_type = next(node for node in KINDS if node.__name__ == kind)
    rule = node_type.cotangent
    monkeypatch.setattr(reverse_mode, "_EXPANDED", {})
    monkeypatch.setattr(node_type, "cotangent", lambda *args: 2 * rule(*args))
    assert compare(wrong, wrong).answer is Answer.CONTRADICTS


def test_a_partial_with_a_rounded_number_is_no_contradiction():
    rounded = replace(sigmoid, partials=(lambda x, y: y * (1 - y) * 0.9299999999999999 / 0.93,))
    target = gradient(apply(rounded, real("of rounded", n)).sum(), real("of rounded", n))
    found = compare(target, target)
    assert (found.answer, found.note) == (Answer.UNRESOLVED, "the constant 0.9299999999999999 is rounded")


def test_a_disagreement_that_powers_may_explain_is_no_contradiction():
    z = real("of a power", n)
    target = gradient(apply(replace(sigmoid, partials=(lambda x, y: y**x,)), z).sum(), z)
    found = compare(target, target)
    assert (found.answer, found.note) == (Answer.UNRESOLVED, "powers with other exponents than numbers")


# ---- documents -------------------------------------------------------------------------------------------------------

PRIMES = (17, 11, 13, 7, 19, 5, 23, 29)
DERIVATIONS = collect([str(Path(__file__).parents[2] / "derivations")]).derivations
INEQUALITIES = 16  # σ > 0 and the like, and what needs s² = s
"""Of all true steps of all documents, at most so many are not equal."""


def forms(claim):
    """Every form of every step that has the target's shape, and whether it is one that the document got wrong."""
    for position, step in enumerate(claim.steps):
        for form, is_wrong in zip(step.forms, (True, False) if step.kind != "step" else (False,), strict=True):
            if isinstance(form, Array):
                yield position, form, is_wrong


def outcomes(derivation):
    """(claim, position, is wrong) -> the answers of all instances."""
    found = {}
    for run in read(derivation, examples=1)[0]:
        graphs = [graph for graph in run.graphs() if not misfit(graph, derivation.broadcast)]
        sizes = choices.raised(graphs, dict(zip(size_symbols(graphs), PRIMES, strict=False)))
        point = PrimePoint(inputs_of(graphs), sizes)
        for claim in run.claims:
            if isinstance(claim.target, Array) and not misfit(claim.target, derivation.broadcast):
                for position, form, is_wrong in forms(claim):
                    if not misfit(form, derivation.broadcast) and form.shape == claim.target.shape:
                        key = (claim.site, claim.at, position, is_wrong)
                        found.setdefault(key, []).append(point.compare(claim.target, form).answer)
    return found


def test_the_documents_true_steps_are_equal_and_their_misprints_are_not():
    unequal = []
    for derivation in DERIVATIONS:
        for (*claim, is_wrong), answers in outcomes(derivation).items():
            assert Answer.CONTRADICTS not in answers, claim
            if is_wrong:
                assert set(answers) != {Answer.PROVED}, claim
            else:
                assert Answer.DIFFERS not in answers, claim
                unequal += [claim] * (set(answers) != {Answer.PROVED})
    assert len(unequal) < INEQUALITIES, unequal
