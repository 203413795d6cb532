"""The LaTeX of all formulas is shown by GitHub and by pandoc, whatever is in them and whatever it is called."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latex import Fault, check
from markdown_it import MarkdownIt
from test_oracles_agree import ANY, INPUTS, cost, seeded, variables

from gradcheck import claim, derivation, dims, jacobian, reading, real, shape
from gradcheck.functions import TABLE, abstract
from gradcheck.graph import Unsupported, walk
from gradcheck.notation import basis, einsum, function, gradient, identity, leaky_relu, ones, sigmoid
from gradcheck.printing import text

n, m, k = dims("n m k_in")
A, B = real("A", n, m), real("B", m, n)
TURNED = einsum("ij->ji", A)
SWISH = function("swish", lambda x: x * sigmoid(x))

WRONG = [
    (r"\operatorname{diag}\left(x\right)", "is not shown everywhere"),
    (r"\mbox{x}", "is not shown everywhere"),
    (r"W^{[1]}^{T}", r"a second \^"),
    (r"f'^{2}", r"a second \^"),
    (r"x^{2}'", r"a second \^"),
    (r"\left[x\right]_{i}_{j}", "a second _"),
    (r"\frac{x}{y", "ends within a group"),
    (r"\frac{x}y", "stands where { is needed"),
    (r"x}", "closes nothing"),
    (r"\left(x", "ends within a group"),
    (r"\left(x}", r"stands where \\right is needed"),
    (r"\right)", "closes nothing"),
    (r"_{i}", "stands behind nothing"),
    (r"\mathrm{d}sigma", "letters that are a word"),
    (r"costs + 1", "letters that are a word"),
    (r"\text{a_b}", "in text"),
    ("a`b", "ends mathematics"),
    ("a\nb", "ends mathematics"),
    ("50%", "ends mathematics"),
]


@pytest.mark.parametrize(("latex", "fault"), WRONG)
def test_what_is_wrong_is_noticed(latex, fault):
    with pytest.raises(Fault, match=fault):
        check(latex)


@pytest.mark.parametrize("latex", [r"f''\left(x\right)^{2}", r"{W^{[1]}}^{T}_{2}", r"x_{i}^{2} \cdot \mathrm{diag}"])
def test_what_is_right_passes(latex):
    check(latex)


def is_shown(latex):
    """Whether it is LaTeX that is allowed, and is one formula in Markdown."""
    check(latex)
    (inline,) = (token for token in MarkdownIt().parse(f"so $`{latex}`$ holds") if token.type == "inline")
    assert [(token.type, token.content) for token in inline.children] == [
        ("text", "so $"),
        ("code_inline", latex),
        ("text", "$ holds"),
    ]
    if MATH_CORE is not None:
        MATH_CORE.convert_with_local_state(latex, displaystyle=False)


try:  # a reader of its own, which has no wheels for every system
    from math_core import LatexToMathML

    MATH_CORE = LatexToMathML()
except ImportError:
    MATH_CORE = None

LETTERS = st.sampled_from(["W", "z", "ŷ", "β", "ℓ", "alpha", "sigma", "Sigma", "omicron", "yhat", "d", "J"])
ENDINGS = st.sampled_from(["", "1", "12", "_i", "_ij", "_new", "1_new", "_j_alpha", "_z2", "[1]", "[out]", "_i[2]"])
NAMES = st.builds("{}{}{}".format, st.sampled_from(["", "d"]), LETTERS, ENDINGS) | st.sampled_from(
    [
        "costs",
        "dsigma_z2",
        "learning_rate",
        "layers[0].W",
        "s.w",
        "z_prime",
        "z1_prime",
        "dzhat1",
        "a`b$c%_{}\\^",
        "x y",
    ]
)
LAYERS = st.sampled_from(["[]", "()", "{}", "⟨⟩"])


@st.composite
def formulas(draw):
    """A formula of all kinds of nodes, or one of its derivatives."""
    author = seeded(draw(st.integers(0, 10**6)))
    for make in draw(st.lists(st.sampled_from(ANY), min_size=1, max_size=6)):
        with suppress(IndexError, Unsupported):  # nothing fits, or it is a sum of masks
            author.expression(make)
    made = author.known[-1]
    by = draw(st.sampled_from(variables(made) or INPUTS))
    by = draw(st.sampled_from([by, by[..., 0] if by.ndim else by, by[-1:] if by.ndim else by]))
    return draw(st.sampled_from([made, made.T, (made.T**2).T, gradient(cost(made), by), jacobian(made, by).T]))


@given(formulas(), st.lists(NAMES, max_size=8), LAYERS, st.randoms(use_true_random=False))
def test_the_latex_of_every_formula_is_shown(formula, names, layers, random):
    nodes = [*walk(formula)]
    is_shown(text(formula, {id(random.choice(nodes)): name for name in names}, layers).latex)


@given(NAMES, LAYERS)
def test_the_latex_of_every_name_is_shown_with_scripts(name, layers):
    x = real(name, n, n)
    for formula in (x, x.T, x**2, x.T**2, x[0, 1], x[0].T, einsum("ij,jk->ik", x, x.T), gradient(x.sum(), x[0, 1])):
        is_shown(text(formula, layers=layers).latex)


FORMULAS = {
    "rows": [row(*[A] * row.arity) for row in TABLE.values()],
    "primes": [row.prime(A) for row in TABLE.values() if row.arity == 1],
    "functions": [leaky_relu(0.2)(A), abstract("g1")(A), abstract("my_f$")(A), SWISH(A), SWISH.prime(A)],
    "misfits": [A @ A, A + B, A[0, 0, 0], (A @ A)[-1], einsum("ij,jk->zz", A, B), einsum("ij,jk->ik", A, A)],
    "shapes": [(n * m + k, 1), (), (n,)],
    "sizes": [n * A, A / (n + m * k) ** 2, ones(n * m + k, 1), identity(n + 1), basis(n + 1, 2)],
    "indices": [A[-1, -2], A[n - 1, 0], A[:, 1:-1], A[..., 0], A[None, 0], A[m - 1 :]],
    "subscripts": [einsum("ij,jk->ik", A, TURNED), einsum("ij->ji", TURNED), basis(n, 1)[0, 0]],
    "powers": [A**0.5, (A**2).T ** 2, 0.5**A, (A**A) ** A, (-A) ** 2, A**-1],
    "calls": [np.vstack([A, A]), np.transpose(A, axes=(1, 0)), np.broadcast_to(A, (3, n, m)), A.mean(axis=0)],
    "derivatives": [gradient((A * A).sum(), A[0, 1]), jacobian(A, A)[0, 1], gradient((A @ A).sum(), A), shape(A @ B)],
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_of_every_sort_are_shown(name):
    for formula in FORMULAS[name]:
        is_shown(text(formula).latex)


def test_what_is_not_supported_and_what_is_juxtaposed_is_shown():
    @derivation()
    def notes():
        yield claim(A, np.arcsinh(A), A[A > 0], A.std(ddof=1), A["a_b"], np.add(A, A, where={"x": "$"}))
        yield claim(A, reading("-", A, B, "*", A, "@", B, "·", A, "∘", B, "⊙", A), reading(A, "/", 2, "+", B))

    steps = [step for made in notes.claims() for step in made.steps]
    assert len(steps) == 7
    for step in steps:
        is_shown(text(step.forms[0]).latex)
