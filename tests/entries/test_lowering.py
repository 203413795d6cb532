"""Formulas by entries: they are the arrays that loops over all positions make, and their text reads back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcheck import dims, notation, real
from gradcheck.entries.lowering import Axes, text_of
from gradcheck.entries.raising import by_entries
from gradcheck.graph import as_array, misfit_of
from gradcheck.graph.sizes import ShapeError
from gradcheck.notation import exp, indices, sigmoid, where
from gradcheck.numerics.evaluate import Evaluation

n, m = dims("n m")
SIZES = {n: 3, m: 2}
i, j, k, q = LETTERS = indices("i j k q")
RUNS = {"i": n, "j": m, "k": n, "q": m}
A, B, C, v, w, c = real("A", n, m), real("B", m, n), real("C", n, n), real("v", n), real("w", m), real("c")
ARRAYS = {"A": A, "B": B, "C": C, "v": v, "w": w, "c": c}
rng = np.random.default_rng(3)
VALUES = {
    name: rng.uniform(0.2, 1.0, tuple(SIZES.get(size, size) for size in array.shape)) for name, array in ARRAYS.items()
}
SCOPE = {**ARRAYS, **{letter.name: letter for letter in LETTERS}, "exp": exp, "where": where, "sigmoid": sigmoid}
OF_SIZE = {n: "ik", m: "jq"}


def letters_for(size):
    return st.sampled_from(OF_SIZE[size])


@st.composite
def selections(draw):
    """The text of an array at indices, or of a number."""
    name = draw(st.sampled_from(sorted(ARRAYS)))
    shape = ARRAYS[name].shape
    return f"{name}[{', '.join(draw(letters_for(size)) for size in shape)}]" if shape else name


def bigger(inner):
    names = st.sampled_from("ijkq")
    pairs = st.sampled_from([("i", "k"), ("j", "q"), ("i", "i"), ("i", "0"), ("q", "1")])
    return st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({} * {})".format, inner, inner),
        st.builds("({} / (1 + {} ** 2))".format, inner, inner),
        st.builds("(-{})".format, inner),
        st.builds("sigmoid({})".format, inner),
        st.builds(lambda of, name: ("sum", of, name), inner, names),
        st.builds(lambda of, name: ("mean", of, name), inner, names),
        st.builds(lambda of, name: ("max", of, name), inner, names),
        st.builds(lambda pair, of: f"(({pair[0]} == {pair[1]}) * {of})", pairs, inner),
        st.builds(lambda pair, x, y: f"where({pair[0]} != {pair[1]}, {x}, {y})", pairs, inner, inner),
    )


def free(text):
    formula = eval(text, dict(SCOPE))
    return {letter.name for letter in getattr(formula, "letters", ())}


@st.composite
def formulas(draw, depth=3):
    """The text of a formula by entries."""
    text = draw(selections())
    for _ in range(draw(st.integers(0, depth))):
        made = draw(bigger(st.one_of(st.just(text), selections())))
        if isinstance(made, tuple):
            word, of, name = made
            made = f"{of}.{word}({name})" if name in free(of) and (word != "max" or len(free(of)) < 4) else of
        text = made
    return text


class Loops:
    """An array at positions, and sums over all positions: what the text means, one number after the other."""

    def __init__(self, at):
        self.at = at

    def __call__(self, text):
        scope = {**VALUES, **self.at, "exp": np.exp, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}
        scope["where"] = lambda condition, x, y: x if condition else y
        return eval(self.over(text), scope | {"over": self.reduce})

    def over(self, text):
        """`x.sum(k)` as a call of `over`."""
        for word in ("sum", "mean", "max"):
            while (place := text.find(f".{word}(")) >= 0:
                start = opening(text, place)
                name = text[place + len(word) + 2]
                inner = text[start:place]
                text = f"{text[:start]}over('{word}', {inner!r}, '{name}'){text[place + len(word) + 4 :]}"
        return text

    def reduce(self, word, inner, name):
        size = SIZES[RUNS[name]]
        found = [Loops({**self.at, name: position})(inner) for position in range(size)]
        return {"sum": np.sum, "mean": np.mean, "max": np.max}[word](found)


def opening(text, end):
    """Where the operand begins that ends before a method."""
    depth, place = 0, end
    while place > 0:
        place -= 1
        depth += (text[place] in ")]") - (text[place] in "([")
        if depth < 0 or (depth == 0 and text[place] in " ,-"):
            return place + 1
    return 0


def evaluated(array):
    return Evaluation({ARRAYS[name].key: value for name, value in VALUES.items()}, SIZES)(array)


@settings(max_examples=200, deadline=None)
@given(formulas())
def test_a_formula_is_the_array_that_loops_over_all_positions_make(text):
    formula = eval(text, dict(SCOPE))
    letters = getattr(formula, "letters", ())
    array = formula.array(*letters) if letters else as_array(formula)
    assume(array.conforms or "stands on no axis" not in str(misfit_of(array)))
    assert array.conforms, array
    ranges = [range(SIZES[RUNS[letter.name]]) for letter in letters]
    names = [letter.name for letter in letters]
    entries = [Loops(dict(zip(names, at, strict=True)))(text) for at in itertools.product(*ranges)]
    np.testing.assert_allclose(evaluated(array), np.reshape(entries, tuple(map(len, ranges))), rtol=1e-12)


@settings(max_examples=200, deadline=None)
@given(formulas())
def test_the_text_of_a_formula_reads_back_as_the_same_expression(text):
    formula = eval(text, dict(SCOPE))
    letters = getattr(formula, "letters", ())
    if not letters:
        return
    assume(formula.array(*letters).conforms)
    again = eval(text_of(formula), dict(SCOPE))
    assert {letter.name for letter in again.letters} == {letter.name for letter in letters}
    assert again.array(*letters).key == formula.array(*letters).key


@settings(max_examples=200, deadline=None)
@given(formulas())
def test_an_array_is_raised_to_a_formula_that_is_lowered_to_the_same_values(text):
    formula = eval(text, dict(SCOPE))
    letters = getattr(formula, "letters", ())
    array = formula.array(*letters) if letters else as_array(formula)
    assume(array.conforms)
    names = {id(node): name for name, node in ARRAYS.items()}
    raised = by_entries(array, letters, names)
    again = Axes(letters, tuple((0, size) for size in array.shape)).array(raised)
    np.testing.assert_allclose(evaluated(again), evaluated(array), rtol=1e-12)


def test_what_is_raised_is_written_by_entries():
    names = {id(node): name for name, node in ARRAYS.items()}
    assert text_of(by_entries(A @ B, (i, k), names)) == "(A[i, j] * B[j, k]).sum(j)"
    assert text_of(by_entries(A.T @ C @ A, (j, q), names)) == "((A[k, j] * C[k, i]).sum(k) * A[i, q]).sum(i)"
    assert text_of(by_entries(exp(v)[:, None] * A, (i, j), names)) == "exp(v[i]) * A[i, j]"
    assert text_of(by_entries(notation.identity(n), (i, k), names)) == "(i == k)"


def test_products_are_one_contraction_and_make_nothing_larger_on_the_way():
    array = (A[i, j] * B[j, k] * C[k, i]).sum(i, j, k).array()
    assert array.args == (A, B, C)
    np.testing.assert_allclose(evaluated(array), np.einsum("ij,jk,ki->", *(VALUES[name] for name in "ABC")))


def test_a_formula_that_only_names_axes_is_the_array():
    assert A[i, j].array(i, j).key == A.key
    assert A[i, j].array(j, i).key == A.T.key


def test_one_formula_makes_one_array():
    formula = exp(A[i, j])
    assert formula.array(i, j) is formula.array(i, j)


def test_what_is_summed_has_letters_of_its_own():
    both = (v[i].sum(i) * w[j].sum(j)) + (A[i, j]).sum(i, j)
    assert both.letters == ()
    inner = v[i] * C[i, k].sum(i)  # the second i is another one
    assert [letter.name for letter in inner.letters] == ["i", "k"]


def test_what_does_not_depend_on_a_letter_is_counted():
    array = (v[i] * (j == 1) ** 0 * w[j] ** 0).sum(j).array(i)
    np.testing.assert_allclose(evaluated(array), 2 * VALUES["v"])


def test_vectors_stand_behind_examples():
    X = real("X", n, m)
    array = B @ A  # plain arrays stay what they are
    assert array.shape == (m, m)
    by_example = (B.T @ X[i]).array(i)
    values = {**{ARRAYS[name].key: value for name, value in VALUES.items()}, X.key: VALUES["A"]}
    np.testing.assert_allclose(Evaluation(values, SIZES)(by_example), VALUES["A"] @ VALUES["B"])
    outer = (X[i] @ X[i]).array(i)
    np.testing.assert_allclose(Evaluation(values, SIZES)(outer), (VALUES["A"] ** 2).sum(axis=1))


# ---- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: (v[i] * w[i]).sum(i).array(), "index i: it runs to n in one place and to m in another"),
        (lambda: ((i == j) * A[i, j]).sum(i, j).array(), "it runs to n in one place and to m in another"),
        (lambda: (v[i] * (j == k)).array(i, j, k), "index j: it stands on no axis"),
        (lambda: (A[i] @ v).array(i), "m is not n"),
    ],
)
def test_sizes_that_clash_are_told_in_words(make, words):
    made = make()
    with pytest.raises(ShapeError) as told:
        made.shape
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: A[i, j].array(i), "names each free index once"),
        (lambda: A[i, j].array(i, j, i), "names each free index once"),
        (lambda: A[i, j].array("i", "j"), "axes are named by indices"),
        (lambda: exp(A[i, j])[i, j], "has its indices already"),
        (lambda: A[i, None], "give every axis an index"),
        (lambda: A[i, j].sum(0), "over which index?"),
        (lambda: bool(i == j), "neither true nor false"),
        (lambda: list(v[i]), "cannot be looped over"),
        (lambda: np.linalg.norm(v[i]), "takes arrays"),
        (lambda: i == "k", "an index is compared"),
        (lambda: as_array(v[i]), "has the free indices i"),
        (lambda: indices("1 2"), "indices are named in a text"),
        (lambda: indices(3), "indices are named in a text"),
        (lambda: notation.gradient(v[i].sum(i), exp(v[i])), "nothing is made of this very formula"),
    ],
)
def test_what_has_no_meaning_is_refused_with_the_cure(make, words):
    with pytest.raises(TypeError) as refused:
        make()
    assert words in str(refused.value)


def test_functions_that_are_made_of_others_are_functions_of_entries():
    x = real("x", n, m)
    for made, same in (
        (np.clip(x[i, j], -1, 0.5), np.clip(x, -1, 0.5)),
        (np.sign(x[i, j]), np.sign(x)),
        (notation.gelu(x[i, j]), notation.gelu(x)),
        (np.hypot(x[i, j], 2), np.hypot(x, 2)),
    ):
        assert made.array(i, j).key == same.key


def test_functions_of_other_libraries_are_refused_with_ours():
    expit = np.frompyfunc(lambda x: x, 1, 1)
    with pytest.raises(TypeError, match=r"^<lambda> \(vectorized\)\(v\[i\]\) is no function of NumPy's: write it with"):
        expit(v[i])
    with pytest.raises(TypeError, match=r"v\[i\] // 2 rounds, and has no row: write v\[i\] / 2"):
        v[i] // 2
