"""Names as mathematics: symbols are set as such, words never are, and different formulas never look the same."""

from __future__ import annotations

import pytest

from gradcheck import abuse_of_notation, claim, derivation, dims, jacobian, misprint, real, shape, verify
from gradcheck.notation import einsum
from gradcheck.printing import text, texts

n, m, k = dims("n m k")


@pytest.mark.parametrize(
    ("name", "unicode", "latex"),
    [
        ("W1", "W[1]", "W^{[1]}"),
        ("W[1]", "W[1]", "W^{[1]}"),
        ("W1_new", "W[1]_new", r"W^{[1]}_{\mathrm{new}}"),
        ("w11", "w_11", "w_{11}"),
        ("H12", "H_12", "H_{12}"),
        ("W1[2]", "W[1]_2", "W^{[1]}_{2}"),
        ("dz2", "dz[2]", r"\mathrm{d}z^{[2]}"),
        ("dsigma", "dσ", r"\mathrm{d}\sigma"),
        ("dsigma_z2", "dσ_z2", r"\mathrm{d}\sigma_{\mathrm{z2}}"),
        ("a_j_new", "a_j,new", r"a_{j,\mathrm{new}}"),
        ("x_alpha", "x_α", r"x_{\alpha}"),
        ("yhat", "ŷ", r"\hat{y}"),
        ("z1_prime", "z′[1]", r"z^{[1]\prime}"),
        ("β", "β", r"\beta"),
        ("omicron", "ο", "o"),
        ("lambda_", "λ", r"\lambda"),
        ("costs", "costs", r"\mathrm{costs}"),
        ("dcosts", "dcosts", r"\mathrm{dcosts}"),
        ("learning_rate", "learning_rate", r"\text{learning rate}"),
        ("layers[0].W", "layers[0].W", r"\text{layers[0].W}"),
    ],
)
def test_names_as_mathematics(name, unicode, latex):
    assert text(real(name, n) + 0)[1:] == (f"{unicode} + 0", f"{latex} + 0")


def test_the_mark_of_a_transpose_stands_beside_the_layer():
    assert text(real("dz2", n, 1).T).latex == r"\mathrm{d}z^{[2]T}"
    assert text(real("z1_prime", n, 1).T).latex == r"z^{[1]\prime T}"
    assert text(real("W2", n, 1)[0].T).latex == "{W^{[2]}_{1}}^{T}"  # of the row, not a row of the transpose


def test_sizes_that_are_sums_stand_in_brackets():
    found = text((n * m + k, 1))
    assert found.source == "(k + m*n, 1)"
    assert found.unicode == "(k + m·n) × 1"
    assert found.latex == r"\left(k + m n\right) \times 1"
    assert text((n * m + k,)).unicode == "k + m·n"
    assert text((n**2, 1)).unicode == "n² × 1"


def test_the_sizes_of_words_are_words():
    batch, n_in = dims("batch n_in")
    assert text((batch, n_in)).latex == r"\mathrm{batch} \times n_{in}"


def test_indices_count_from_1_in_mathematics_and_from_0_in_source():
    A = real("A", n, m)
    assert text(A[0, -1]) == ("A[0, -1]", "A_1,m", "A_{1,m}")
    assert text(A[n - 2, 1:-1])[1:] == ("A_(n − 1),2:(m − 1)", "A_{n - 1,2:m - 1}")
    assert text(A[..., 0])[1:] == ("A_:,1", "A_{:,1}")


# ---- beside each other ---------------------------------------------------------------------------------------------


def apart(one, other, names):
    """Whether two formulas look different in all styles."""
    return all(a != b for a, b in zip(*texts([one, other], names), strict=True))


def test_formulas_that_names_make_look_alike_are_written_out():
    x = real("x", n)
    one, other = x * 2, x * 3
    for names in ({id(one): "W1", id(other): "W[1]"}, {id(one): "w11", id(other): "w_11"}):
        assert text(one**2, names).unicode == text(other**2, names).unicode
        assert apart(one**2, other**2, names)
    assert apart(x**2, other**2, {id(other): "x"})  # a variable that is called as an input is
    printed, right = texts([one**2, other**2], {id(one): "W1", id(other): "W[1]"})
    assert (printed.source, printed.unicode) == ("W1**2", "(x · 2)²")
    assert (right.source, right.unicode) == ("W[1]**2", "(x · 3)²")


def test_formulas_that_notation_makes_look_alike_stand_as_source():
    A, z = real("A", n, m), real("z", n, 1)
    assert apart(A, A.reshape(m, n), {})
    assert apart(jacobian(z, z.T), jacobian(z, z).T, {})
    assert apart(z, z[:, 0], {})
    assert apart(real("w11", n), real("w_11", n), {})
    assert apart(einsum("ij->ij", A) + 0 * A, A + 0 * A, {})


def test_one_formula_has_one_text():
    x = real("x", n)
    z = x * 2
    assert texts([z**2, (x * 2) ** 2, z**2], {id(z): "z"})[0] == text(z**2, {id(z): "z"})


def columns():
    x = [real("x1", n, 1), real("x2", n, 1)]
    z = [2 * x[0], 2 * x[1]]
    for i in (0, 1):
        z_i = z[i]
        yield claim(z[0] ** 2, misprint(z_i**2, z[0] ** 2, "z_i for z_1"), at="(1)")


def test_a_misprint_is_shown_where_it_is_another_formula_than_what_is_right():
    (step,) = verify(derivation(source="notes")(columns)).steps
    assert step.ok
    assert all(a != b for a, b in zip(step.printed_text, step.corrected_text, strict=True))
    assert step.printed == "z_i**2"
    assert step.corrected == "z[0]**2"


def test_marked_sizes_and_steps_without_a_mark_are_shown_as_ever():
    def write():
        x = real("x", n, m)
        yield claim(shape(x), (n, m), abuse_of_notation((n, 1), (n, m), "a column for its entries"))

    one, two = verify(derivation(source="notes")(write)).steps
    assert (one.printed, two.printed, two.corrected) == ("(n, m)", "(n, 1)", "(n, m)")
