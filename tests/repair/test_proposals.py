"""Proposals of the search alone: what is found, in which words, and what is never proposed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import bits, dims, gradient, jacobian, printing, real
from gradcheck.graph import Input, depends_on, walk
from gradcheck.graph.refusals import refusals_as_data
from gradcheck.notation import abstract, einsum, exp, log, ones, relu, relu_prime, sigmoid, sqrt
from gradcheck.repair import Corrections

n0, n1, m = dims("n0 n1 m")
X, Y = real("X", n0, m), bits("Y", 1, m)
W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
W2, b2 = real("W2", 1, n1), real("b2", 1, 1)
Z1 = W1 @ X + b1
A1 = relu(Z1)
Z2 = W2 @ A1 + b2
T = sigmoid(Z2)
J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m
D2 = T - Y
LOCAL = {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Z1": Z1, "A1": A1, "Z2": Z2, "T": T, "D2": D2}
NAMES = {id(node): name for name, node in LOCAL.items()}
SYMBOLS = list(LOCAL.values())
TIGHT = 60.0
"""Seconds that no search here comes near."""


def closest(target, printed, symbols=SYMBOLS, names=NAMES, elsewhere=(), broadcast=True):
    """The proposals of the first number of edits that there are any of, as texts."""
    search = Corrections(target, printed, names, symbols, elsewhere, broadcast=broadcast, limit=TIGHT)
    found = next(iter(search), [])
    assert not search.is_over_time
    return found


def sources(target, printed, **more):
    return [printing.source(one.formula, more.get("names", NAMES)) for one in closest(target, printed, **more)]


def misprinted(build):
    with refusals_as_data():
        return build()


BY_W1, BY_W2 = gradient(J, W1), gradient(J, W2)
D1 = W2.T @ D2 * relu_prime(Z1)

SUMMED = "((W2.T @ D2) * relu′(Z1)).sum(axis=1, keepdims=True) / m"
MISPRINTS = [
    ("a transpose is lost", BY_W1, lambda: (W2 @ D2 * relu_prime(Z1)) @ X.T / m, "((W2.T @ D2) * relu′(Z1)) @ X.T / m"),
    ("1/m is lost", BY_W2, lambda: D2 @ A1.T, "D2 @ A1.T / m"),
    ("a size too many", BY_W2, lambda: m * (D2 @ A1.T) / m, "D2 @ A1.T / m"),
    ("a wrong layer", BY_W2, lambda: D2 @ X.T / m, "D2 @ A1.T / m"),
    ("a pre-activation", BY_W2, lambda: D2 @ Z1.T / m, "D2 @ A1.T / m"),
    ("no activation derivative", BY_W1, lambda: (W2.T @ D2) @ X.T / m, "((W2.T @ D2) * relu′(Z1)) @ X.T / m"),
    ("* for @", BY_W2, lambda: D2 * A1.T / m, "D2 @ A1.T / m"),
    ("@ for *", BY_W1, lambda: (W2.T @ D2 @ relu_prime(Z1)) @ X.T / m, "((W2.T @ D2) * relu′(Z1)) @ X.T / m"),
    ("a sign", BY_W2, lambda: (T + Y) @ A1.T / m, "(T - Y) @ A1.T / m"),
    ("the sign of all", BY_W2, lambda: -(D2 @ A1.T) / m, "D2 @ A1.T / m"),
    ("the order", BY_W2, lambda: A1.T @ D2 / m, "D2 @ A1.T / m"),
    ("a sum is lost", gradient(J, b2), lambda: D2 / m, "(D2 / m).sum()"),
    ("keepdims is lost", gradient(J, b1), lambda: D1.sum(axis=1) / m, SUMMED),
    ("the axis", gradient(J, b1), lambda: D1.sum(axis=0, keepdims=True) / m, SUMMED),
    ("a square is lost", (Z1 * Z1).sum() / m, lambda: Z1.sum() / m, "(Z1**2).sum() / m"),
    ("a square too many", Z1.sum() / m, lambda: (Z1**2).sum() / m, "Z1.sum() / m"),
    ("a term is lost", Z1 * X.sum(), lambda: W1 @ X * X.sum(), "Z1 * X.sum()"),
    ("an activation is lost", A1, lambda: W1 @ X + b1, "relu(W1 @ X + b1)"),
    ("another size", BY_W2, lambda: D2 @ A1.T / n0, "D2 @ A1.T / m"),
    ("a root", X @ X.T / sqrt(n0), lambda: X @ X.T / n0, "X @ X.T / (sqrt(n0))"),
]  # fmt: skip


def each(rows):
    return pytest.mark.parametrize(
        ("target", "build", "right"), [row[1:] for row in rows], ids=[row[0] for row in rows]
    )


@each(MISPRINTS)
def test_a_misprint_is_corrected_by_one_edit(target, build, right):
    assert right.replace(" ", "") in [text.replace(" ", "") for text in sources(target, misprinted(build))]


TWICE = [
    ("transposed, no 1/m", BY_W1, lambda: (W2 @ D2 * relu_prime(Z1)) @ X.T, "((W2.T @ D2) * relu′(Z1)) @ X.T / m"),
    ("a wrong layer and * for @", BY_W2, lambda: D2 * X.T / m, "D2 @ A1.T / m"),
    ("transposed, and @ for *", m * BY_W1, lambda: D2 @ (W2 * relu_prime(Z1)) @ X.T, "(D2 * (W2.T * relu′(Z1))) @ X.T"),
]  # fmt: skip


@each(TWICE)
def test_two_misprints_are_corrected_by_two_edits(target, build, right):
    found = closest(target, misprinted(build))
    assert right in [printing.source(one.formula, NAMES) for one in found]
    assert {len(one.edits) for one in found} == {2}


def test_the_lightest_edit_is_the_first():
    # t - t + σ′(z) is a correction, too, but nobody who printed it meant that.
    t = real("t", 1, 1)
    (first, *_) = sources(t - t**2, t - t, symbols=[t], names={id(t): "t"})
    assert first == "t - t**2"


def test_a_name_of_the_targets_value_is_no_correction():
    answer = D2 @ A1.T / m
    names, symbols = {**NAMES, id(answer): "answer"}, [*SYMBOLS, answer, BY_W2]
    for found in Corrections(BY_W2, Z2 @ X.T, names, symbols, limit=TIGHT):
        assert not any(depends_on(one.formula, [answer.key, BY_W2.key]) for one in found if "answer" in str(one.edits))
        assert not any(node.key == BY_W2.key for one in found for node in walk(one.formula))


def test_the_target_transposed_is_out_of_scope_too():
    answer = (D2 @ A1.T / m).T
    names = {**NAMES, id(answer): "answer"}
    found = [text for level in Corrections(BY_W2, X, names, [X, answer], limit=TIGHT) for text in level]
    assert not found


def test_what_is_proposed_has_the_names_of_the_author():
    (one, *_) = closest(BY_W2, D2 @ X.T / m)
    assert any("A1 for X" in words for words in one.edits)


def test_ones_of_another_size_are_found():
    assert "X @ ones(m, 1)" in sources(X.sum(axis=1, keepdims=True), misprinted(lambda: X @ ones(n0, 1)))


def test_a_renaming_in_all_places_is_one_edit():
    (one, *_) = closest(A1 * A1 + A1.sum() * A1, Z1 * Z1 + Z1.sum() * Z1)
    assert one.edits == ("A1 for every Z1",)


def test_a_derivative_by_another_symbol_is_found():
    W, x = real("W", n1, n0), real("x", n0, 1)
    z = W @ x
    a = sigmoid(z)
    names = {id(node): name for name, node in {"W": W, "x": x, "z": z, "a": a}.items()}
    (one, *_) = closest(jacobian(a, x), jacobian(a, a) @ jacobian(z, x), symbols=[W, x, z, a], names=names)
    assert printing.source(one.formula, names) == "∂a/∂z @ ∂z/∂x"


def test_three_symbols_that_are_needed_are_looked_up():
    found = closest(W2.T @ D2 @ X.T, W1)
    assert "W2.T @ (D2 @ X.T)" in [printing.source(one.formula, NAMES) for one in found]


def test_factors_are_multiplied_in_another_order():
    u, v, w = real("u", n0, n1), real("v", n1, m), real("w", m, 1)
    names = {id(u): "u", id(v): "v", id(w): "w"}
    target = (u @ v @ w).T
    assert closest(target, misprinted(lambda: v * w * u), symbols=[u, v, w], names=names)


def test_nothing_is_found_where_nothing_is_there():
    search = Corrections(exp(X).sum(axis=0), W2, NAMES, [W2], limit=TIGHT)
    assert list(search) == []
    assert not search.is_over_time


def test_the_limit_of_time_is_said():
    search = Corrections(BY_W1, X @ X.T @ X, NAMES, SYMBOLS, limit=0.0)
    assert list(search) == []
    assert search.is_over_time


def test_the_documents_convention_counts():
    # Columns are not added to matrices where nothing broadcasts.
    x, c = real("x", n0, m), real("c", n0, 1)
    names = {id(x): "x", id(c): "c"}
    assert "x + c" in sources(x + c, x, symbols=[x, c], names=names)
    assert "x + c" not in sources(x * 1 + x - x, x, symbols=[x, c], names=names, broadcast=False)


def test_an_input_may_be_what_a_derivative_is():
    v, u = real("v", n1, 1), real("u", n1, 1)
    names = {id(v): "v", id(u): "u"}
    assert "v" in sources(gradient((v * u).sum(), u), u, symbols=[v, u], names=names)


def test_the_slope_of_an_activation_may_be_what_a_derivative_is():
    z = real("z", n1, 1)
    a = sigmoid(z)
    names = {id(z): "z", id(a): "a"}
    assert "a * (1 - a)" in sources(gradient(a.sum(), z), z, symbols=[z, a], names=names)
    assert "diag(a * (1 - a))" in sources(jacobian(a, z), a.T, symbols=[z, a], names=names)


def test_a_slope_that_has_a_name_is_not_corrected_to_its_name():
    z = real("z", n1, 1)
    a = sigmoid(z)
    answer = a * (1 - a)
    names = {id(z): "z", id(a): "a", id(answer): "answer"}
    found = sources(gradient(a.sum(), z), z, symbols=[z, a, answer], names=names)
    assert "a * (1 - a)" in found
    assert not any("answer" in text for text in found)


def test_a_formula_is_not_corrected_to_the_name_of_its_value():
    # As above, but what is asked for is no derivative: any name of it says nothing.
    v, u = real("v", n1, 1), real("u", n1, 1)
    product = v * u
    names = {id(v): "v", id(u): "u", id(product): "product"}
    assert "product" not in sources(v * u, u, symbols=[v, u, product], names=names)


def test_an_expression_that_is_lost_is_found_elsewhere_in_the_document():
    lost, right = (1 - Y) * log(1 - T), -(Y * log(T) + (1 - Y) * log(1 - T))
    (one, *_) = closest(m * J, misprinted(lambda: -(Y * log(T)).sum()), elsewhere=[lost + 1])
    assert printing.source(one.formula, NAMES) == "-(Y * log(T) + (1 - Y) * log(1 - T)).sum()"
    assert one.edits == ("the term (1 - Y) * log(1 - T) beside Y * log(T)",)
    assert not Corrections(right, -(Y * log(T)), NAMES, SYMBOLS).elsewhere


def test_what_has_the_targets_value_is_taken_from_nowhere():
    for answer in (D2 @ A1.T / m, (A1 @ D2.T / m).T, D2 / m @ A1.T + 0 * W2, BY_W2 * 1):
        assert not list(Corrections(BY_W2, Z2 @ X.T, NAMES, SYMBOLS, [answer], limit=TIGHT).with_one_edit())
    assert list(Corrections(BY_W2, Z2 @ X.T / m, NAMES, SYMBOLS, [D2 @ A1.T], limit=TIGHT).with_one_edit())


CENTRED = real("G", n0, m), real("H", n0, m)
MEANS = [
    ("a mean", lambda G, H: G - H * (G * H).mean(axis=1, keepdims=True)),
    ("a mean of a product", lambda G, H: G - G.mean(axis=1, keepdims=True)),
    ("a sum beside a size", lambda G, H: (m * G - G.sum(axis=1, keepdims=True)) / m),
]


@pytest.mark.parametrize("printed", [row[1] for row in MEANS], ids=[row[0] for row in MEANS])
def test_a_lost_mean_is_found(printed):
    # layer norm: x̂ = (x - mean x)/σ has the gradient (g - mean g - x̂ mean(g x̂))/σ
    G, H = CENTRED
    target = (G - G.mean(axis=1, keepdims=True) - H * (G * H).mean(axis=1, keepdims=True)) / sqrt(n0)
    names = {id(G): "G", id(H): "H"}
    assert closest(target, printed(G, H) / sqrt(n0), symbols=[G, H], names=names)


def test_ones_stand_for_a_mask():
    P = Z1.max(axis=0, keepdims=True)
    G, names = real("G", n1, m), {**NAMES, id(P): "P"}
    for target, right in (
        (gradient((A1 * G).sum(), Z1), "G * relu′(Z1)"),
        (gradient((P * G[0:1]).sum(), Z1), "G[0:1] * (Z1 == Z1.max(axis=0, keepdims=True))"),
    ):
        printed = (G if "relu" in right else G[0:1]) * ones(n1, m)
        assert sources(target, printed, symbols=[*SYMBOLS, P, G], names={**names, id(G): "G"})[0] == right


def test_another_size_of_a_reshaped_array_is_found():
    v = real("v", n1, 1)
    names = {id(v): "v"}
    assert "v.reshape(1, n1)" in sources(v.T, misprinted(lambda: v.reshape(1, m)), symbols=[v, X], names=names)


def test_a_divisor_is_found():
    slope = T * (1 - T)
    names = {**NAMES, id(slope): "slope"}
    found = sources(gradient(J, T), misprinted(lambda: D2), symbols=[*SYMBOLS, slope], names=names)
    assert "D2 / slope / m" in found


def test_indices_of_both_axes_are_found_at_once():
    W, y = real("W", 3, 3), real("y", 1, 1)
    names = {id(W): "W", id(y): "y"}
    assert sources(W[2:3, 1:2] * y, W[0:1, 0:1] * y, symbols=[W, y], names=names) == ["W[2:3, 1:2] * y"]


def test_the_derivative_of_another_quantity_is_found_on_more_axes():
    W, x = real("W", n1, n0), real("x", n0, 1)
    z = W @ x
    names = {id(node): name for name, node in {"W": W, "x": x, "z": z}.items()}
    found = sources(ones(n1, 1) @ x.T, jacobian(z, x).sum(axis=0), symbols=[W, x, z], names=names)
    assert "∂z/∂W.sum(axis=0)" in found


def test_sizes_decide_subscripts():
    x, y = real("x", m, n0, 1), real("y", m, n1, 1)
    names, target = {id(x): "x", id(y): "y"}, einsum("iab,icb->ca", x, y)
    for printed in (lambda: einsum("iab,iab->ab", x, y), lambda: einsum("iab->ab", x)):
        found = sources(target, misprinted(printed), symbols=[x, y], names=names)
        assert "einsum('abc,ade->db', x, y)" in found


def test_what_was_made_flat_before_is_corrected_in_the_authors_words():
    u, v, w = (real(name, n1) for name in "uvw")
    names = {id(node): node.name for node in (u, v, w)}
    assert "outer(u, w)" in sources(np.outer(u, w), np.outer(u, v), symbols=[u, v, w], names=names)


def test_two_edits_and_one_of_the_whole_are_three():
    u, v, w, x, y = (real(name, n1, 1) for name in "uvwxy")
    names = {id(node): node.name for node in (u, v, w, x, y)}
    (one, *_) = closest((u + v * w * y).T, u - v * x * y, symbols=[u, v, w, x, y], names=names)
    assert len(one.edits) == 3
    assert printing.source(one.formula, names) == "(u + v * w * y).T"


def test_the_derivative_that_is_asked_for_does_not_stay_in_a_formula_alone():
    answer, other = gradient(J, W1), gradient(J, Z1)
    names = {**NAMES, id(answer): "answer", id(other): "other"}
    printed = einsum("ij,jj->ij", answer, W1.T @ W1)
    found = sources(answer, printed, names=names, symbols=[*SYMBOLS, other])
    assert not any("answer" in text for text in found)


def test_four_symbols_that_are_needed_are_looked_up():
    u, v, w, x = (real(name, n1, 1) for name in "uvwx")
    names = {id(node): node.name for node in (u, v, w, x)}
    target = (u * v) @ (w - x).T
    found = sources(target, misprinted(lambda: real("M", n1, n1) * 0 + u), symbols=[u, v, w, x], names=names)
    assert "(u * v) @ (w - x).T" in found or "(u * v) @ (w.T - x.T)" in found


def test_a_slope_that_is_printed_as_a_product_of_matrices_is_one_factor():
    a, w, y, x = real("a", n1, 1), real("w", n1, 1), real("y", 1, 1), real("x", n0, 1)
    z = sigmoid(a)
    names = {id(node): name for name, node in {"a": a, "w": w, "y": y, "x": x, "z": z}.items()}
    target = (w * z * (1 - z)) @ y @ x.T
    found = sources(target, misprinted(lambda: y @ w * (z @ (1 - z)) @ x.T), symbols=[a, w, y, x, z], names=names)
    assert found
    assert not any("z @ (1 - z)" in text for text in found)


FORMULAS = st.recursive(
    st.sampled_from(SYMBOLS),
    lambda inner: st.one_of(
        st.builds(lambda x: x.T, inner),
        st.builds(lambda x, y: x @ y, inner, inner),
        st.builds(lambda x, y: x * y, inner, inner),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(lambda x, y: x / y, inner, inner),
        st.builds(lambda x: x.sum(axis=0), inner),
        st.builds(lambda x: x.sum(axis=1, keepdims=True), inner),
        st.builds(lambda x: x.reshape(-1, 1), inner),
        st.builds(lambda x: x[0:1], inner),
        st.builds(lambda x: x.max(axis=0), inner),
        st.builds(lambda x: abstract("g")(x), inner),
        st.builds(lambda x: einsum("ij->j", x), inner),
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_no_formula_is_too_strange(data):
    with refusals_as_data():
        printed = data.draw(FORMULAS)
    for found in Corrections(BY_W2, printed, NAMES, SYMBOLS, limit=0.5):
        assert all(one.formula.conforms for one in found)
        assert all(isinstance(node.name, str) for one in found for node in walk(one.formula) if isinstance(node, Input))
