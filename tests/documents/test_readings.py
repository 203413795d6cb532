"""What printed juxtaposition may mean: everything that conforms, nothing that transposes or broadcasts."""

from __future__ import annotations

import pytest

from gradcheck import claim, derivation, dims, gradient, misprint, printing, reading, real, shape
from gradcheck.documents import readings
from gradcheck.documents.errors import DerivationError
from gradcheck.documents.instances import read
from gradcheck.documents.readings import CONVENTIONS
from gradcheck.graph import Array, Unsupported
from gradcheck.graph.refusals import refusals_as_data
from gradcheck.notation import relu_prime

n, m, k = dims("n m k")
A, B, C = real("A", n, m), real("B", m, k), real("C", n, k)
D = real("D", n, k)
Q, R, S = real("Q", n, n), real("R", n, n), real("S", n, n)
x, y = real("x", n, 1), real("y", n, 1)
c = real("c", 1, 1)
v, w = real("v", n), real("w", n)


def found(*parts, convention=None):
    with refusals_as_data():
        return reading(*parts).under(convention)


def texts(*parts, convention=None):
    return [printing.source(array) for array in found(*parts, convention=convention).each.values()]


# ---- what conforms and what does not ------------------------------------------------------------------------------


def test_misfits_say_what_does_not_conform_with_the_sizes():
    misfits = found(A, "*", C, B).misfits
    said = [(printing.source(one.array), str(one.why), one.is_behind, one.is_ahead) for one in misfits]
    assert ("C @ B", "(n, k) @ (m, k): k is not m", True, False) in said
    assert ("A * C", "(n, m) * (n, k): m is not k", False, True) in said


def test_a_part_that_does_not_conform_leaves_no_reading():
    parts = found(A, "+", B @ B)
    assert not parts.each
    assert [str(one.why) for one in parts.misfits] == ["(m, k) @ (m, k): k is not m"]


# ---- what is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((A, B), ["A @ B"]),
        ((A, B, "*", C), ["(A @ B) * C"]),
        ((C, "*", A, B), ["C * (A @ B)"]),
        ((A, B, "+", C, "*", D), ["A @ B + C * D"]),
        (("-", A, B, "-", C), ["-(A @ B) - C"]),
        ((v, w), ["v @ w", "v * w"]),
        ((2, A, "·", B), ["(2 * A) @ B"]),
        ((1, "/", m, A), ["1 / m * A"]),
        ((A, B, "/", m), ["A @ B / m"]),
        ((C, "/", D), ["C / D"]),
        ((c, A, B, c), ["((c * A) @ B) * c"]),
        ((1, "+", c, C), ["1 + c * C"]),
        ((Q, "*", R), ["Q @ R", "Q * R"]),
        ((Q, "@", R), ["Q @ R"]),
        ((Q, "∘", R, "@", S), ["(Q * R) @ S", "Q * (R @ S)"]),
    ],
    ids=lambda thing: " ".join(map(str, thing)),
)  # fmt: skip
def test_all_that_conforms_is_a_reading(parts, expected):
    assert texts(*parts) == expected


def test_plus_and_minus_bind_weakest():
    both = texts(Q, "+", R, "∘", S, "-", Q)
    assert both == ["Q + R * S - Q"]


# ---- conventions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "numpy", "matrix"),
    [
        ((Q, "*", R, S), ["(Q * R) @ S"], ["Q * (R @ S)"]),
        ((Q, R, "*", S, Q), ["((Q @ R) * S) @ Q"], ["(Q @ R) * (S @ Q)"]),
        ((Q, "·", R), ["Q @ R"], ["Q @ R"]),
        ((Q, "/", R, S), ["(Q / R) @ S"], ["Q / (R @ S)"]),
        ((Q, "-", R, "-", S), ["Q - R - S"], ["Q - R - S"]),
        ((2, Q, "*", c), ["2 * Q * c"], ["2 * Q * c"]),
        ((x, "·", y), ["(x * y).sum()"], ["(x * y).sum()"]),
        ((x, y), [], []),
        ((x, "·", x, y), ["(x * x).sum() * y"], ["(x * x).sum() * y"]),
        ((A, "*", x), ["A * x"], []),  # it broadcasts as NumPy does, where the document lets it
        ((A, B, "+", x), ["A @ B + x"], []),
        ((A, "*", C), [], []),
    ],
    ids=lambda thing: " ".join(map(str, thing)),
)  # fmt: skip
def test_a_convention_leaves_one_reading_or_none(parts, numpy, matrix):
    assert texts(*parts, convention="numpy") == numpy
    assert texts(*parts, convention="matrix") == matrix


@pytest.mark.parametrize("wrong", ["einstein", "", 3, ["numpy"]], ids=str)
def test_a_convention_that_is_not_known_is_refused_with_those_that_are(wrong):
    def notes():
        yield claim(A, A)

    with pytest.raises(DerivationError, match="is no convention for printed products") as caught:
        derivation(reading=wrong)(notes)
    assert all(f'reading="{name}" (' in caught.value.cure for name in CONVENTIONS)
    assert caught.value.line == notes.__code__.co_firstlineno


# ---- what is written -----------------------------------------------------------------------------------------------


def test_it_is_printed_as_it_is_printed_in_all_styles():
    named = {id(array): name for name, array in {"A": A, "C": C}.items()}
    for parts in ((A - 1, "·", B, "⊙", C), (A, "⊙", C - 1, B)):
        text = printing.text(found(*parts).printed, named)
        expected = {
            2: ("(A - 1) · B ⊙ C", "(A − 1) · B ⊙ C", "\\left(A - 1\\right) \\cdot B \\odot C"),
            1: ("A ⊙ (C - 1) B", "A ⊙ (C − 1) B", "A \\odot \\left(C - 1\\right) B"),
        }
        assert text == expected[2 if parts[1] == "·" else 1]


def test_signs_of_parts_stay_apart_from_signs_between_them():
    assert printing.source(found("-", -Q, -R, "-", S).printed) == "-(-Q) (-R) - S"


def test_as_code_it_is_what_it_was_read_as():
    assert printing.code(found(A, B, "∘", C).printed) == "(A @ B) * C"


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: reading(), "a reading of 0 arrays leaves nothing to tell apart"),
        (lambda: reading(A), "a reading of 1 arrays leaves nothing to tell apart"),
        (lambda: reading("-", A), "a reading of 1 arrays leaves nothing to tell apart"),
        (lambda: reading("*", A, B), "'*' has no array to its left"),
        (lambda: reading(A, "*", "-", B), "'-' has no array to its left"),
        (lambda: reading(A, B, "+"), "'+' has no array to its right"),
        (lambda: reading(A, "x", B), "'x' is no sign of a printed formula: there are * · @ ∘ ⊙ / + -"),
        (lambda: reading(A, "", B), "'' is no sign of a printed formula"),
        (lambda: reading(A, None), "None cannot stand in a formula"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_line_and_the_cure(make, what):
    with pytest.raises(DerivationError) as caught:
        make()
    assert caught.value.what.startswith(what)
    assert caught.value.line == make.__code__.co_firstlineno
    assert 'reading(W.T, D, "*", R)' in caught.value.cure


def test_a_formula_of_too_many_readings_is_refused_where_it_stands_with_the_cure():
    @derivation()
    def notes():
        yield claim(Q, reading(Q, R, S, Q, R))
        yield claim(Q, 1 * Q)

    _, groups, (problem,) = read(notes, 1)
    assert len(groups) == 2
    assert problem.what.startswith(f"a printed formula that has more than {readings.MOST} readings: put in brackets")
    assert "@derivation(reading=…)" in problem.what
    assert problem.line == notes.line + 2


def test_what_has_another_meaning_in_numpy_is_refused_in_a_reading_too():
    each = found(Q > 0, "-", R > 0).each
    assert isinstance(each["refused"].error, Unsupported)


def test_a_reading_stands_as_a_form_and_not_in_formulas_or_for_sizes():
    with pytest.raises(DerivationError, match="is not a shape"):
        claim(shape(A), reading(A, B))
    printed = reading(A, B)
    for use in (lambda: 2 * printed, lambda: printed / m, lambda: A @ printed, lambda: -printed):
        with pytest.raises(TypeError, match=r"a reading is a whole formula: .* as in reading\(2, A, B\)"):
            use()


# ---- in a derivation -----------------------------------------------------------------------------------------------


def test_a_claim_knows_what_its_forms_may_mean():
    @derivation()
    def notes():
        yield claim(gradient(Q.sum(), Q), misprint(reading(Q, "*", R), reading(Q, "@", R), "why"), reading(A, B), Q)

    (said,) = notes.claims()
    forms = [form for step in said.steps for form in step.forms]
    assert all(isinstance(form, Array) for form in forms)
    assert [len(said.readings[id(form)].each) if id(form) in said.readings else 0 for form in forms] == [2, 1, 1, 0]
    assert not forms[0].conforms
    assert forms[1].key == (Q @ R).key


def test_the_convention_is_that_of_the_document():
    def notes():
        yield claim(Q, reading(Q, "*", relu_prime(R), S))

    forms = [next(derivation(reading=name)(notes).claims()).steps[0].forms[0] for name in (None, "numpy", "matrix")]
    assert not forms[0].conforms
    assert [form.key for form in forms[1:]] == [((Q * relu_prime(R)) @ S).key, (Q * (relu_prime(R) @ S)).key]
