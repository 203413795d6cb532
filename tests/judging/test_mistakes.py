"""Wrong variants: every mistake of the list is made, and none that is the formula itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.graph import dims, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.mistakes import symbols_of, variants
from gradcheck.notation import bits, real, relu_prime, sigmoid
from gradcheck.sampling.point import Point

n, k, m = dims("n k m")
W, X, D, Y, b = real("W", n, k), real("X", k, m), real("D", n, m), bits("Y", n, m), real("b", n, 1)
S, R = real("S", n, n), real("R", n, n)
Z = W @ X + b
NAMES = {id(node): name for name, node in {"W": W, "X": X, "D": D, "Y": Y, "b": b, "Z": Z, "S": S, "R": R}.items()}
SYMBOLS = [W, X, D, Y, b, Z, S, R]


def made(step, symbols=SYMBOLS):
    return {variant.what(NAMES): variant.formula for variant in variants(step, NAMES, symbols)}


def same(left, right):
    return left.key == right.key


@pytest.mark.parametrize(
    ("step", "what", "wrong"),
    [
        (D, "2 × it", lambda: 2 * D),
        (D, "-1 × it", lambda: -D),
        (D, "m × it", lambda: m * D),
        (D, "1/n × it", lambda: D / n),
        (S, "the transpose", lambda: S.T),
        (D + Z, "D + Z without Z", lambda: D),
        (D - Z, "D - Z without D", lambda: -Z),
        (D * Z, "D * Z without the factor Z", lambda: D),
        (D / m, "D / m without the divisor m", lambda: D),
        (-D, "-D without its sign", lambda: D),
        (S @ R, "S @ R without the factor R", lambda: S),
        (S @ R, "* for @ in S @ R", lambda: S * R),
        (S * R, "@ for * in S * R", lambda: S @ R),
        (D * relu_prime(Z), "1 for relu′(Z)", lambda: None),
        (D * Z, "Y for D", lambda: Y * Z),
        (D * Z, "D for Z", lambda: D * D),
        (D, "0", lambda: None),
        (D, "one entry × (1 + 1e-6)", lambda: None),
    ],
)
def test_every_mistake_of_the_list_is_made(step, what, wrong):
    found, expected = made(step), wrong()
    assert what in found, sorted(found)
    assert expected is None or same(found[what], expected)


def test_only_one_place_is_changed_at_a_time():
    found = made(D * D)
    assert same(found["Y for D"], Y * D) or same(found["Y for D"], D * Y)


def test_a_symbol_is_replaced_by_others_of_its_shape_only():
    swapped = {what for what in made(W @ X) if " for " in what and "@" not in what}
    assert swapped == set()
    assert "R for S" in made(S @ Z)


def test_what_a_name_stands_for_is_not_looked_into():
    assert not any("W" in what for what in made(D * Z))
    assert "W @ X without the factor X" not in made(D * Z)


def test_the_formula_behind_its_own_name_is_looked_into():
    assert "Z without b" in made(Z)


def test_without_matching_sizes_products_are_not_exchanged():
    assert "* for @ in W @ X" not in made(W @ X)
    assert not any(what.startswith("@ for *") for what in made(D * Z))


@given(st.sampled_from([D, D * Z, Z, S @ R - S, sigmoid(Z) * (1 - sigmoid(Z)), (D @ X.T).sum() / m, 3 * b, -(Y - D)]))
def test_variants_have_the_shape_of_the_formula_and_are_other_expressions(step):
    keys = [variant.formula.key for variant in variants(step, NAMES, SYMBOLS)]
    assert len(keys) > 4
    assert step.key not in keys
    assert len(set(keys)) == len(keys)
    assert all(variant.formula.shape == step.shape for variant in variants(step, NAMES, SYMBOLS))


@given(st.sampled_from([D * Z, Z, S @ R - S, sigmoid(Z), (D @ X.T).sum() / m, 3 * b]))
def test_variants_have_other_values(step):
    point = NumericPoint(Point({n: 2, k: 3, m: 5}), inputs_of(SYMBOLS))
    for variant in variants(step, NAMES, SYMBOLS):
        assert point.differs(step, variant.formula), variant.what(NAMES)


def test_symbols_are_the_named_arrays_that_formulas_are_made_of():
    unnamed = S @ R
    assert {NAMES[id(node)] for node in symbols_of([D * Z, unnamed], NAMES)} == {"D", "Z", "W", "X", "b", "S", "R"}


def test_what_does_not_conform_is_no_symbol():
    broken = W @ D
    assert symbols_of([broken], {id(broken): "broken", id(D): "D"}) == [D]
