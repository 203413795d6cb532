"""Shifted indices, ranges and sums with bounds: they are what loops say, and nothing is read out of range."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import claim, derivation, dims, gradient, jacobian, real, unit
from gradcheck.entries.bounds import combined, is_shown
from gradcheck.entries.lowering import text_of
from gradcheck.graph import as_array, walk
from gradcheck.graph.sizes import ShapeError
from gradcheck.judging.verification import verify_derivation
from gradcheck.limits import Limits
from gradcheck.notation import arange, exp, indices, labels, where
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing.styles import Latex, Unicode
from gradcheck.verdicts import Verdict

n, m = dims("n m")
i, j, k = LETTERS = indices("i j k")
x, y, A = real("x", n), real("y", n), real("A", n, n)
SCOPE = {"x": x, "y": y, "A": A, "n": n, "i": i, "j": j, "k": k, "where": where, "exp": exp}
NAMES = "ijk"
SIZES = (1, 2, 3, 5)


class OutOfRange(Exception):
    """A loop reads an entry that there is not."""


class Formula(NamedTuple):
    """Its text, what loops make of it at positions, given the values and the size, and its free letters."""

    text: str
    at: Callable[[dict[str, int], dict[str, np.ndarray], int], float]
    free: frozenset[str]


def read(array: np.ndarray, *places: int) -> float:
    if any(not 0 <= place < size for place, size in zip(places, array.shape, strict=True)):
        raise OutOfRange
    return float(array[places])


PLACES = ["{0}", "{0}", "{0} + 1", "{0} - 1", "n - 1 - {0}", "{0} + {1}", "{0} - {1}", "{0} - {1} + 1"]


@st.composite
def places(draw):
    """The text of a position, and its letters."""
    form, names = draw(st.sampled_from(PLACES)), draw(st.permutations(NAMES))
    return form.format(*names), frozenset(name for name in NAMES if name in form.format(*names))


@st.composite
def entries(draw):
    name, where_, other = draw(st.sampled_from("xyA")), draw(places()), draw(places())
    if name == "A":
        free, inner = where_[1] | other[1], f"{where_[0]}, {other[0]}"
    else:
        free, inner = where_[1], where_[0]
    code = compile(f"({inner},)", "place", "eval")
    return Formula(f"{name}[{inner}]", lambda at, v, n: read(v[name], *eval(code, {"n": n, **at})), free)


@st.composite
def numbers(draw):
    name, other = draw(st.permutations(NAMES))[:2]
    inner = draw(st.sampled_from(["{0}", "{0} - {1}", "{0} + 1", "2 * {0}"])).format(name, other)
    code = compile(f"0.5 * ({inner})", "number", "eval")
    free = frozenset(letter for letter in inner if letter in NAMES)
    return Formula(f"(0.5 * ({inner}))", lambda at, v, n: eval(code, {"n": n, **at}), free)


CONDITIONS = ["{0} > 0", "{0} < n - 1", "{0} == 0", "{0} != 0", "{0} >= {1}", "{0} < {1}", "{0} == {1}", "{0} + 1 < n"]
CONDITIONS += ["{0} != n - 1", "({0} > 0) * ({1} > 0)", "{0} + {1} < n", "{0} == {1} + 1", "{0} - {1} >= 1"]


@st.composite
def choices(draw, inner):
    condition = draw(st.sampled_from(CONDITIONS)).format(*draw(st.permutations(NAMES)))
    yes, no = draw(inner), draw(inner)
    code = compile(condition, "condition", "eval")

    def at(places, v, n):
        return (yes if eval(code, {"n": n, **places}) else no).at(places, v, n)

    free = frozenset(c for c in condition if c in NAMES) | yes.free | no.free
    return Formula(f"where({condition}, {yes.text}, {no.text})", at, free)


RANGES = ["", "[1:]", "[:-1]", "[1:-1]", "[:n - 1]", "[{0}:]", "[:{0}]", "[{0} + 1:]", "[:{0} + 1]", "[1:{0}]"]


def bounds(written: str, n: int, places: dict[str, int]) -> range:
    if not written:
        return range(n)
    start, _, stop = written[1:-1].partition(":")
    ends = [eval(end, {"n": n, **places}) if end else None for end in (start, stop)]
    first = 0 if ends[0] is None else ends[0]
    last = n if ends[1] is None else ends[1] + (n if ends[1] < 0 else 0)
    return range(max(first, 0), min(last, n))


@st.composite
def sums(draw, inner):
    word, of = draw(st.sampled_from(["sum", "sum", "mean", "max", "min"])), draw(inner)
    if not of.free:
        return of
    name = draw(st.sampled_from(sorted(of.free)))
    other = draw(st.sampled_from([letter for letter in NAMES if letter != name]))
    written = draw(st.sampled_from(RANGES)).format(other)

    def at(places, v, n):
        found = [of.at({**places, name: p}, v, n) for p in bounds(written, n, places)]
        if not found:
            return 0.0 if word == "sum" else np.nan
        return {"sum": sum, "mean": np.mean, "max": max, "min": min}[word](found)

    free = (of.free - {name}) | ({other} if other in written else set())
    return Formula(f"({of.text}).{word}({name}{written})", at, frozenset(free))


@st.composite
def pairs(draw, inner):
    one, two, sign = draw(inner), draw(inner), draw(st.sampled_from("+-*"))
    combine = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__}[sign]
    at = lambda p, v, n: combine(float(one.at(p, v, n)), float(two.at(p, v, n)))  # noqa: E731
    return Formula(f"({one.text} {sign} {two.text})", at, one.free | two.free)


formulas = st.recursive(
    st.one_of(entries(), entries(), entries(), numbers()),
    lambda inner: st.one_of(pairs(inner), choices(inner), sums(inner), sums(inner)),
    max_leaves=5,
)


def made_of(formula):
    """The array with an axis for each free letter, whose size is that of x; None if it is refused."""
    tree = eval(formula.text, dict(SCOPE))
    for letter in (letter for letter in LETTERS if letter.name in formula.free):
        tree = tree + 0 * x[letter]
    letters = tree.letters
    return tree, letters, tree.array(*letters)


def values_at(size: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(size)
    return {name: rng.uniform(0.2, 1.0, (size,) * (2 if name == "A" else 1)) for name in "xyA"}


@settings(max_examples=400, deadline=None)
@given(formulas)
def test_a_formula_is_what_loops_make_and_never_reads_out_of_range(formula):
    _, letters, array = made_of(formula)
    if not array.conforms:
        return
    for size in SIZES:
        values = values_at(size)
        if not all(node.fits(lambda s, size=size: int(s.subs(n, size))) for node in walk(array)):
            continue
        with np.errstate(all="ignore"):
            found = Evaluation({SCOPE[name].key: value for name, value in values.items()}, {n: size})(array)
            places = itertools.product(range(size), repeat=len(letters))
            expected = [formula.at(named(letters, at), values, size) for at in places]
        expected = np.reshape(expected, (size,) * len(letters))
        found = np.asarray(found)
        assert not np.isfinite(found[~np.isfinite(expected)]).any()
        if any(word in formula.text for word in ("mean", "max", "min")):  # what masks leave out needs a value, too
            expected = np.where(np.isfinite(found), expected, np.nan)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@settings(max_examples=400, deadline=None)
@given(formulas)
def test_the_text_of_a_formula_reads_back_as_the_same_expression(formula):
    tree, letters, array = made_of(formula)
    if array.conforms:
        again = eval(text_of(tree), dict(SCOPE))
        assert again.array(*letters).key == array.key, text_of(tree)


@settings(max_examples=300, deadline=None)
@given(formulas)
def test_what_is_ill_shaped_is_read_out_of_range_by_loops(formula):
    """Nothing is refused without need."""
    _, letters, array = made_of(formula)
    if array.conforms or "it may be" not in str(array.error) or ") * (" in formula.text:
        return  # that one of two conditions does not hold says nothing of positions
    with pytest.raises(OutOfRange):
        try_everywhere(formula, letters)


def try_everywhere(formula, letters):
    for size in (1, 2, 3, 4, 6):
        for at in itertools.product(range(size), repeat=len(letters)):
            formula.at(named(letters, at), values_at(size), size)


def named(letters, at):
    return {letter.name: place for letter, place in zip(letters, at, strict=True)}


# ---- the prover ------------------------------------------------------------------------------------------------------

UNKNOWNS = "abc"
forms = st.dictionaries(st.sampled_from([*UNKNOWNS, 1]), st.integers(-2, 2), max_size=3)


@settings(max_examples=500, deadline=None)
@given(forms, st.lists(forms, max_size=4), st.lists(forms, max_size=2))
def test_what_is_shown_holds_wherever_what_is_given_holds(form, given_, unequal):
    if not is_shown(
        combined((1, form)), [combined((1, one)) for one in given_], [combined((1, one)) for one in unequal]
    ):
        return
    for at in itertools.product(range(-4, 5), repeat=3):
        known = dict(zip(UNKNOWNS, at, strict=True)) | {1: 1}
        value = lambda one: sum(number * known[unknown] for unknown, number in one.items())  # noqa: B023, E731
        if all(value(one) >= 0 for one in given_) and all(value(one) != 0 for one in unequal):
            assert value(form) >= 0


def test_what_does_not_follow_is_not_shown():
    assert not is_shown({"a": 1}, [])
    assert not is_shown({"a": 1, "b": -1}, [{"a": 1}, {"b": 1}])
    assert is_shown({"a": 1, "b": -1}, [{"a": 1, "c": -1}, {"c": 1, "b": -1}])
    assert is_shown({"a": 1, 1: -1}, [{"a": 1}], [{"a": 1}])
    assert not is_shown({"a": 1, 1: -2}, [{"a": 1}], [{"a": 1}])


# ---- claims ----------------------------------------------------------------------------------------------------------


@derivation(source="finite differences, autoregression, returns, convolution")
def with_shifts():
    n, T, q = dims("n T q")
    i, j, a, t, s = indices("i j a t s")
    x, y, w, K, phi = real("x", n), real("y", n), real("w", T), real("K", q), real("phi")
    r, g = real("r", T), unit("gamma")
    J = ((x[i + 1] - x[i]) ** 2).sum(i[:-1]) / 2
    d = (x[i + 1] - x[i]).array(i[:-1])
    yield claim(J, (np.diff(x) ** 2).sum() / 2, at="right")
    yield claim(gradient(J, x[i[1:-1]]), 2 * x[i] - x[i - 1] - x[i + 1], at="right")
    yield claim(gradient(J, x[i[1:-1]]), x[i] - x[i - 1] - x[i + 1], at="2 is lost")
    yield claim(gradient(J, x[i]), 2 * x[i] - x[i - 1] - x[i + 1], at="at the ends, too")
    ends = where(i > 0, x[i] - x[i - 1], 0) - where(i < n - 1, x[i + 1] - x[i], 0)
    yield claim(gradient(J, x[i]), ends, at="right")
    yield claim(gradient(J, x[i]), where(i > 0, x[i] - x[i - 1], 0), at="the other side is lost")
    yield claim(gradient(J, x[0]), x[0] - x[1], at="right")
    yield claim(jacobian(d[i], x[j]), (j == i + 1) - 1 * (j == i), at="right")
    yield claim(jacobian(d[i], x[j]), (i == j + 1) - 1 * (j == i), at="turned")
    e = ((y[t] - phi * y[t - 1]) ** 2).sum(t[1:]) / 2
    yield claim(gradient(e, phi), -((y[t] - phi * y[t - 1]) * y[t - 1]).sum(t[1:]), at="right")
    yield claim(gradient(e, phi), -((y[t] - phi * y[t - 1]) * y[t]).sum(t[1:]), at="not shifted")
    R = (g ** (s - t) * r[s]).sum(s[t:]).array(t)
    yield claim(R[t[:-1]], r[t] + g * R[t + 1], at="right")
    yield claim(R[t[:-1]], r[t] + R[t + 1], at="γ is lost")
    yield claim(gradient((w[t] * R[t]).sum(t), r[s]), (g ** (s - t) * w[t]).sum(t[: s + 1]), at="right")
    yield claim(gradient((w[t] * R[t]).sum(t), r[s]), (g ** (s - t) * w[t]).sum(t[:s]), at="a term is lost")
    c = (K[a] * x[i + a]).sum(a).array(i[: n - q + 1])
    G = real("G", n - q + 1)
    L = (G[i] * c[i]).sum(i)
    yield claim(c, np.lib.stride_tricks.sliding_window_view(x, q) @ K, at="right")
    yield claim(gradient(L, K[a]), (G[i] * x[i + a]).sum(i), at="right")
    inside = (j >= a) * (j - a < n - q + 1)
    yield claim(gradient(L, x[j]), where(inside, G[j - a] * K[a], 0).sum(a), at="right")
    yield claim(gradient(L, x[j]), where(inside, G[j - a] * K[q - 1 - a], 0).sum(a), at="flipped")
    yield claim(x[j].mean(j[: i + 1]), np.cumsum(x) / (arange(n) + 1), at="right")
    yield claim(x[i + 1].sum(i[:-1]), x.sum() - x[0], at="right")
    yield claim(x[i + 1].sum(i[:-1]), x.sum() - x[n - 1], at="the other end")
    yield claim((i * x[i]).sum(i), (arange(n) * x).sum(), at="right")
    yield claim((i * x[i]).sum(i), ((arange(n) + 1) * x).sum(), at="counted from 1")


def test_right_formulas_are_proved_and_wrong_ones_are_not_taken():
    report = verify_derivation(with_shifts)
    assert not report.problems
    for step in report.steps:
        if step.at == "right":
            assert step.judgement.verdict is Verdict.PROVED, step.judgement.message
        else:
            assert step.judgement.verdict.is_wrong, step


def test_a_correction_is_written_by_entries_of_the_range():
    report = verify_derivation(with_shifts, examples=1, limits=Limits(search=30))
    (step,) = (step for step in report.steps if step.at == "2 is lost")
    assert step.search.corrections[0].text.source == "2 * x[i] - x[i - 1] - x[i + 1]"


# ---- words -----------------------------------------------------------------------------------------------------------

OUT = [
    (
        lambda: (x[i + 1] - x[i]).array(i),
        "index i + 1 of x: it may be beyond n - 1: let the sum have a bound, as in .sum",
    ),
    (lambda: x[i - 1].sum(i), "index i - 1 of x: it may be below 0"),
    (lambda: (x[i + j] * y[j]).sum(i, j), "index i: it stands on no axis"),
    (lambda: (1.0 * (i + j)).sum(i[:j], j[i:]), "index i: it stands on no axis"),
    (
        lambda: (x[i - 1] * y[i]).sum(i),
        "index i - 1 of x: it may be below 0: let the sum have a bound, as in .sum(i[1:])",
    ),
    (lambda: where(i > 0, x[i + 1] + y[i], 0).array(i), "or choose, as in where(i < n - 1, x[i + 1], 0)"),
    (lambda: where(i > 0, y[i], x[i - 1]).array(i), "it may be below 0"),
    (lambda: (x[j - i] * y[j]).sum(j[:i]).array(i), "it may be below 0"),
    (lambda: (x[i] * real("z", m)[i]).sum(i[1:]), "index i: it runs to n in one place and to m in another"),
    (lambda: (x[i[1:]] * y[i[:-1]]).array(i), "index i: it has the ranges [1:] and [:-1]"),
    (lambda: x[i].sum(i[3:2]), "index i: its range from 3 to 2 is empty"),
]


@pytest.mark.parametrize(("make", "words"), OUT)
def test_what_may_be_out_of_range_is_told_with_the_cure(make, words):
    with pytest.raises(ShapeError) as told:
        as_array(make()).shape
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: i[::2], "an index has a range"),
        (lambda: i["a":], "bounds are whole numbers, sizes and indices"),
        (lambda: range(i), "which stands for every position"),
        (lambda: as_array(i), "i is an index: it stands in the brackets"),
        (lambda: x[i[j:]], "bounds that depend on other indices stand in a sum"),
        (lambda: (i is j) * x[i], "False in a formula by entries: an index comes first in a comparison"),
        (lambda: i + 1 == i, "no index is left"),
        (lambda: i < i, "put in order with another one"),
        (lambda: i > "a", "an index is compared with another one"),
    ],
)
def test_what_has_no_meaning_is_refused_with_the_cure(make, words):
    with pytest.raises(TypeError) as refused:
        getattr(make(), "letters", None)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("formula", "source", "unicode", "latex"),
    [
        (x[i + 1], "x[i + 1]", "x_(i+1)", "x_{i + 1}"),
        (x[n - 1 - i], "x[n - i - 1]", "x_(n−i+1)", "x_{n - i + 1}"),
        (x[i + j], "x[i + j]", "x_(i+j−1)", "x_{i + j - 1}"),
        (x[j].sum(j[i:]), "x[j].sum(j[i:])", "Σ_(i ≤ j) x_j", r"\sum_{i \le j} x_{j}"),
        (x[j].sum(j[1:-1]), "x[j].sum(j[1:-1])", "Σ_(2 ≤ j ≤ n − 1) x_j", r"\sum_{2 \le j \le n - 1} x_{j}"),
        (x[j].max(j[: i + 1]), "x[j].max(j[:i + 1])", "max_(j ≤ i)(x_j)", r"\mathrm{max}_{j \le i} \left(x_{j}\right)"),
        (i * x[i], "i * x[i]", "(i − 1) x_i", r"\left(i - 1\right) x_{i}"),
        ((i - j) * x[i], "(i - j) * x[i]", "(i − j) x_i", r"\left(i - j\right) x_{i}"),
        (where(i < n - 1, x[i], 0), "where((i < n - 1), x[i], 0)", "{x_i if i < n, else 0}", None),
        ((i == n - 1) * x[i], "(i == n - 1) * x[i]", "𝟏[i = n] x_i", None),
        ((j != i + 1) * x[i], "(j != i + 1) * x[i]", "𝟏[j ≠ i + 1] x_i", None),
    ],
)
def test_how_it_is_written(formula, source, unicode, latex):
    """Counted from 0 in source, and from 1 in mathematics."""
    assert text_of(formula) == source
    assert Unicode({}, "[]").write(formula, 0) == unicode
    assert latex is None or Latex({}, "[]").write(formula, 0) == latex


def test_labels_take_shifts():
    N, C = dims("N C")
    y = labels("y", N, classes=C)
    made = (y[i] == k + 1).array(i, k[: C - 1])
    values = {y.one_hot.key: np.array([[0, 0, 1], [1, 0, 0]])}
    assert Evaluation(values, {N: 2, C: 3})(made).tolist() == [[0, 1], [0, 0]]
