"""Text is written from the shared graph: what is long and used again is written once, under a name."""

from __future__ import annotations

import numpy as np

from gradcheck.functions import abstract
from gradcheck.graph import dims
from gradcheck.notation import real, sigmoid, tanh
from gradcheck.printing import sentence, source, text

n, m = dims("n m")
X, W, x = real("X", n, m), real("W", n, n), real("x", n)


def normed(z):
    return (z - z.mean(axis=0, keepdims=True)) / (z * z).sum(axis=0, keepdims=True)


def nested(depth, step, start=X):
    h = start
    for _ in range(depth):
        h = step(h)
    return h


def run(words, **known):
    """What the text computes: the definitions behind `where`, then the formula."""
    formula, _, definitions = words.partition(", where ")
    names = {**known, "sigmoid": sigmoid, "tanh": tanh}
    exec(definitions, names)
    return eval(formula, names)


def test_what_is_short_is_written_out_however_often_it_is_used():
    h = sigmoid(W @ X)
    assert source(h * h + h) == "sigmoid(W @ X) * sigmoid(W @ X) + sigmoid(W @ X)"


def test_a_long_formula_defines_what_is_used_twice_and_runs_as_it_is():
    h = nested(4, normed, W @ X)
    words = source(h)
    assert words.startswith(
        "(t3 - t3.sum(axis=0, keepdims=True) / n) / (t3 * t3).sum(axis=0, keepdims=True), where t1 = "
    )
    assert run(words, W=W, X=X, n=n).key == h.key


def test_short_parts_of_a_long_formula_are_written_out():
    words = source(nested(4, normed, W @ X))
    assert (
        "t1 = (W @ X - (W @ X).sum(axis=0, keepdims=True) / n) / ((W @ X) * (W @ X)).sum(axis=0, keepdims=True);"
        in words
    )


def test_text_grows_as_the_graph_does():
    for step in (lambda h: h + h, lambda h: tanh(h) * h, normed):
        lengths = [[len(words) for words in text(nested(depth, step))] for depth in (200, 400)]
        assert all(longer < 2.5 * shorter for shorter, longer in zip(*lengths, strict=True))


def test_names_are_nobody_elses():
    t1, t3, n4 = real("t1", n), real("t3", n), dims("t4")
    h = nested(8, lambda h: tanh(h) * h + t1, x) * abstract("t5")(t1) / n4
    words = source(h, {id(t1): "t1", id(t3): "t3"})
    assert [f"t{i} =" in words for i in range(1, 9)] == [False, True, False, False, False, True, True, True]
    other = nested(8, lambda h: tanh(h) * h, t1)
    assert run(source(other), t1=t1).key == other.key


def test_the_authors_names_stand_for_what_they_name():
    h = nested(20, lambda h: tanh(h) * h, x)
    assert source(h * h, {id(h): "h"}) == "h * h"
    assert source(h, {id(h): "h"}) == source(h)  # the formula itself is written out


def test_a_sentence_defines_a_name_for_all_of_its_formulas():
    h = nested(8, lambda h: tanh(h) * h, x)
    words = sentence("{} for {}".format, (h * 2, h + 1), {})
    assert words.startswith("t4 * 2 for t4 + 1, where t1 = ")


def test_a_product_of_matrices_that_has_a_name_needs_no_brackets():
    P = nested(5, lambda h: (h * h + h) @ h, W)
    assert "(t4 * t4 + t4) @ t4, where" in source(P)
    assert run(source(P), W=W).key == P.key


def test_deep_formulas_are_written():
    assert source(nested(5000, lambda h: h + x, x)) == " + ".join(["x"] * 5001)
    assert source(nested(3000, np.sin, x)).startswith("sin(sin(sin(")


def test_latex_says_where_in_words():
    latex = text(nested(8, lambda h: tanh(h) * h, x)).latex
    assert "\\quad \\text{where } t^{[1]} = " in latex
