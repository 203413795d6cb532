"""Formulas as text: NumPy source that evaluates to the same expression, and what people read."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import functions, graph, notation
from gradcheck.functions import abstract
from gradcheck.graph import dims
from gradcheck.notation import basis, einsum, gradient, identity, jacobian, ones, real, relu, relu_prime, shape, sigmoid
from gradcheck.printing import code, name, source, text

n, k, m = dims("n k m")
A, B, C, S = real("A", n, k), real("B", k, m), real("C", n, k), real("S", n, n)
u, c, T3, L = real("u", n), real("c"), real("T3", n, k, m), real("L", 2, 3)

# Printed as they are written here, and evaluated to the same expression again.
SOURCES = """
A @ B | A @ B @ B.T | A @ (B @ B.T) | (A + C) @ B | A @ B + C @ B | -A @ B | (-A).T
A + C | A - (C - A) | A - C - A | A + (C + A) | A * C / c | A * (C / c) | A / (C * c) | (A + C) * C | A * C * C | A * (C * C)
(A @ B) * (C @ B) | (A @ B) / m | A @ (B / m) | 2 * (A @ B) | -A | -(A + C) | -(A * C) | (-A) * C | -(-A) | A - -C | 2 * -A
A**2 | (-A)**2 | -A**2 | (A * C)**2 | A**(c + 1) | A**c**2 | (A**c)**2 | 2**A | A**-1 | (1 - A)**0.5
A.T | (A + C).T | (A @ B).T | A.T.T | (A.T @ C)[0]
A.sum() | (A * C).sum(axis=0) | A.sum(axis=1, keepdims=True) | A.mean(axis=0) | (A @ A.T).trace() | A.sum(axis=(0, 1))
A.reshape(k, n) | A.reshape(n*k,) | (A + C).reshape(1, n, k) | A[:, :1] | A[0] | A[0, 1] | A[:, None, :] | A[..., 0] | (A + C)[1:] | A[:, -1:]
0.1 * A | 1/3 * A | A / 3 | 0.001 * A | 1.5 - A | A * -2 | A - 1/m | A * (m + 1) | n*k * A | 1 / m * A | (1 + 1e-20) * A
A > C | ~(A > C) | ~(A > 0) * C | (A > 0) * C | 1 * (A >= 0) + (A <= 1) | maximum(A, 0) | where(A > C, A, C) | exp(-A) / (1 + exp(-A)) | sigmoid(relu(A @ B)) | log(1 - sigmoid(A))
g(A) | g.prime(A) | g.prime.prime(A) | loss(A, C) | leaky_relu(0.2)(A) | abs(A) | relu_prime(A) | cross_entropy(A, C)
einsum('ij,jk->ik', A, B) | einsum('ii', S) | trace(S) | outer(u, u) | diag(u) | concatenate([A, C], axis=1) | vstack([A, C]) | hstack([A, u.reshape(n, 1)])
identity(n) @ A | ones(n, k) - A | basis(n, 2) | transpose(T3, axes=(2, 0, 1)) | broadcast_to(u, (k, n)) | broadcast_to(0, (n, k)) + A
erf(A) | erfc(A) | gelu(A) * silu(A) | lgamma(A) - digamma(A) | polygamma(1)(A) | gamma(A) | log1p(A) | expm1(A)
hypot(A, C) | logaddexp(A, C) | sign(A) | clip(A, 0, 6) | clip(A, -1, C) | reciprocal(A) | A.var(axis=0) | A.std(ddof=1) | A.prod(axis=0)
stack([u, u], axis=1) | tile(u, reps=(2,)) | tile(A, reps=(k, 1)) | repeat(u, repeats=k) | repeat(A, repeats=2, axis=0) | ravel(A)
expand_dims(u, axis=0) | squeeze(A[:1], axis=0) | zeros(n, k) + A | arange(n) * u | (2 * u).prod() | pi * A | A / (2 * pi)
array([1, 2, 3]) * L | array([[0.5], [2]]) * L | L @ array([[1, 0], [0, 1], [0.25, 3]])
"""  # noqa: E501
TEXTS = [words.strip() for line in SOURCES.strip().splitlines() for words in line.split(" | ")]
NAMES = {node.name: node for node in (A, B, C, S, u, c, T3, L)} | {"n": n, "k": k, "m": m}
WORDS = {row.name: row for row in functions.TABLE.values()} | vars(notation)
WORDS |= {
    word: getattr(np, word) for word in ["array", "trace", "outer", "concatenate", "vstack", "hstack", "transpose"]
}
WORDS |= {"broadcast_to": graph.broadcast_to, "g": abstract("g"), "loss": abstract("loss", 2), "relu_prime": relu_prime}
WORDS |= {"abs": abs, "log": np.log, "exp": np.exp}


def read(words):
    return eval(
        words.replace("g′′", "g.prime.prime").replace("′", "_prime").replace("g_prime", "g.prime"), {**WORDS, **NAMES}
    )


@pytest.mark.parametrize("words", TEXTS)
def test_the_source_means_the_formula(words):
    formula = read(words)
    assert read(source(formula)).key == formula.key


AS_WRITTEN = """
A @ B | A @ (B @ B.T) | A - (C - A) | (A @ B) * (C @ B) | A**(c + 1) | A[:, :1] | 0.1 * A | where(A > C, A, C)
relu′(A) | A.sum(axis=1, keepdims=True) | g′′(A) | einsum('ij,jk->ik', A, B) | basis(n, 2) | concatenate([A, C], axis=1)
""".strip()


@pytest.mark.parametrize("words", [words.strip() for line in AS_WRITTEN.splitlines() for words in line.split("|")])
def test_the_source_is_as_it_was_written(words):
    assert source(read(words)) == words


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        (gradient((A * A).sum(), A), "∂(A * A).sum()/∂A"),
        (jacobian(relu(u), u), "∂relu(u)/∂u"),
        (A - 0.1 * gradient((A * A).sum(), A), "A - 0.1 * ∂(A * A).sum()/∂A"),
        (shape(A @ B), "shape(A @ B)"),
        ((n, m + 1), "(n, m + 1)"),
        ((n,), "(n,)"),
        (A @ C, "A @ C"),  # what does not conform is printed as it was written
        ((A @ C + A).sum(axis=0), "(A @ C + A).sum(axis=0)"),
        (A + B, "A + B"),
        (relu(A) * B[0], "relu(A) * B[0]"),
        (einsum("ij,ij", A, S), "einsum('ij,ij', A, S)"),
        (gradient((A @ C).sum(), A), "∂(A @ C).sum()/∂A"),
        ((A @ C)[0], "(A @ C)[0]"),
        ((A @ C)[None], "(A @ C)[None]"),
        (A[0, 0, 0], "A[0, 0, 0]"),
        ((A @ C).mean(axis=0, keepdims=True), "(A @ C).mean(axis=0, keepdims=True)"),
        (np.reshape(A @ C, -1), "(A @ C).reshape(-1,)"),
        (np.concatenate([A, B]), "concatenate([A, B])"),
        (np.zeros_like(A @ C), "A @ C"),
        (3, "3"),
        (1 / m, "1/m"),
    ],
)
def test_derivatives_shapes_and_misfits(formula, words):
    assert source(formula) == words


def test_the_authors_names_stand_for_what_they_name_but_not_for_the_formula_itself():
    Z = A @ B
    H = sigmoid(Z)
    names = {id(Z): "Z", id(H): "H[1]"}
    assert source(H * (1 - H) + Z, names) == "H[1] * (1 - H[1]) + Z"
    assert source(Z, names) == "A @ B"
    assert name(Z, names) == "Z"
    assert name(Z * 2, names) == "Z * 2"
    # the same expression written twice is not the same node
    assert source((A @ B) * 2, names) == "(A @ B) * 2"


def test_names_do_not_break_brackets():
    Z = A + C
    assert source(Z.T @ Z, {id(Z): "Z"}) == "Z.T @ Z"
    assert source(Z.T @ Z) == "(A + C).T @ (A + C)"


def test_what_looks_alike_is_not_printed_alike():
    pairs = [(basis(n, 1), basis(n, 2)), (ones(n, 1), ones(n, k)), (identity(n), identity(m)), (A[:1], A[:2])]
    for one, other in pairs:
        assert source(one) != source(other)


def test_a_repr_is_the_source():
    assert repr(A @ B / m) == "A @ B / m"


def test_the_styles_of_a_document():
    W1, A0 = real("W1", n, k), real("A0", k, m)
    found = text(sigmoid(W1 @ A0) * 0.5)
    assert found.source == "sigmoid(W1 @ A0) * 0.5"
    assert found.unicode == "σ(W[1] A[0]) · 0.5"
    assert "W^{[1]} A^{[0]}" in found.latex
    assert "W^{(1)}" in text(sigmoid(W1 @ A0), layers="()").latex
    assert text(A * C).unicode == "A ⊙ C"
    assert text(A.T).unicode == "Aᵀ"


def test_a_derivative_by_an_entry_reads_back_as_the_same_graph():
    cost, words = (A * A).sum(), {**WORDS, **NAMES}
    for derivative in (
        gradient(cost, A[0, 1]),
        gradient(cost, A[n - 1]),
        jacobian(A @ B, A[0, 1]),
        jacobian(A, A)[0, 1],
    ):
        assert eval(code(derivative), words).key == derivative.key
    assert source(gradient(cost, A[0, 1])) == "∂(A * A).sum()/∂A[0, 1]"


def test_an_entry_of_a_jacobian_is_not_printed_as_the_jacobian_by_an_entry():
    for one, other in zip(text(jacobian(u, u)[0]), text(jacobian(u, u[0])), strict=True):
        assert one != other


# ---- as mathematics ----------------------------------------------------------------------------------------------


def in_styles(make):
    """The Unicode and LaTeX text of a formula in names of a two-layer network."""
    n0, n1, m = dims("n0 n1 m")
    X, W1, b1, W2 = real("X", n0, m), real("W1", n1, n0), real("b1", n1, 1), real("W2", 1, n1)
    alpha, yhat, Z1 = real("alpha"), real("yhat", 1, m), W1 @ X + b1
    total = yhat.sum(axis=1, keepdims=True)
    local = SimpleNamespace(**locals())
    names = {id(value): name for name, value in vars(local).items()}
    return text(make(local), names)[1:]


@pytest.mark.parametrize(
    ("make", "unicode", "latex"),
    [
        (lambda s: s.W2.T @ s.yhat, "W[2]ᵀ ŷ", r"W^{[2]T} \hat{y}"),
        (lambda s: s.Z1 * s.Z1, "Z[1] ⊙ Z[1]", r"Z^{[1]} \odot Z^{[1]}"),
        (lambda s: s.alpha * s.Z1, "α · Z[1]", r"\alpha \cdot Z^{[1]}"),
        (lambda s: s.Z1 / s.m, "Z[1] / m", r"\frac{Z^{[1]}}{m}"),
        (lambda s: ~(s.Z1 > 0), "¬(Z[1] > 0)", r"\neg \left(Z^{[1]} > 0\right)"),
        (lambda s: 1 - sigmoid(s.Z1), "1 − σ(Z[1])", r"1 - \sigma\left(Z^{[1]}\right)"),
        (lambda s: sigmoid.prime(s.Z1), "σ′(Z[1])", r"\sigma'\left(Z^{[1]}\right)"),
        (lambda s: s.Z1**2, "Z[1]²", r"{Z^{[1]}}^{2}"),
        (lambda s: s.W2[0, 1], "W[2]_2", r"W^{[2]}_{2}"),
        (lambda s: s.total / s.m, "Σ[axis=1, keepdims](ŷ) / m", None),
        (
            lambda s: gradient((s.Z1 * s.Z1).sum(), s.W1),
            "∂Σ(Z[1] ⊙ Z[1])/∂W[1]",
            r"\frac{\partial \left(\sum \left(Z^{[1]} \odot Z^{[1]}\right)\right)}{\partial W^{[1]}}",
        ),
        (
            lambda s: gradient((s.Z1 * s.Z1).sum(), s.W1[0, 1]),
            "∂Σ(Z[1] ⊙ Z[1])/∂W[1]_1,2",
            r"\frac{\partial \left(\sum \left(Z^{[1]} \odot Z^{[1]}\right)\right)}{\partial W^{[1]}_{1,2}}",
        ),
        (
            lambda s: einsum("ij,jk->ik", s.W1, s.X),
            "[Σ_j W[1]_ij X_jk]_ik",
            r"\left[\sum_{j} W^{[1]}_{ij} X_{jk}\right]_{ik}",
        ),
        (lambda s: (s.n1, s.m), "n1 × m", r"n_{1} \times m"),
    ],
)
def test_formulas_print_as_a_document_would_print_them(make, unicode, latex):
    found = in_styles(make)
    assert found[0] == unicode
    assert latex is None or found[1] == latex


def test_layers_are_put_in_the_brackets_of_the_document():
    assert text(real("w3", 1, 2) + 0, layers="()")[1:] == ("w(3) + 0", "w^{(3)} + 0")
