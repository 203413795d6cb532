"""What a header says of a page's letters, and what is not read without it: first what must not be misread."""

from __future__ import annotations

import pytest

from gradcheck.documents.tex.noted import Notes
from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import verify_derivation

NETWORK = r"""
<!-- gradcheck: {} $X \in \R^{{n \times m}}, Y \in \R^{{1 \times m}}, w \in \R^{{1 \times n}}, b \in \R$ -->
$$Z = w X + b$$
$$T = \sigma(Z)$$
"""
COLUMNS = "columns are examples;"


def notes(text: str) -> Notes:
    return read(page(text, "page.md"))


def network(formulas: str, said: str = COLUMNS) -> Notes:
    return notes(NETWORK.format(said) + formulas)


def read_as(found: Notes) -> list[tuple[str, ...]]:
    return [claim.instances[0] for claim in found.claims]


def unread(found: Notes) -> list[str]:
    return [step.why for step in found.others if step.kind == "unread"]


def verdicts(text: str) -> list[str]:
    report = verify_derivation(derivation_of(page(text, "page.md"), "page.md"), examples=2)
    return [step.judgement.verdict.value for claim in report.claims for step in claim.steps]


# ---- examples ------------------------------------------------------------------------------------------------------


def test_an_example_is_a_column_of_the_array_of_all_only_where_the_header_says_so() -> None:
    claimed = r"$$t^{(i)} = \sigma(w x^{(i)} + b)$$"
    assert read_as(network(claimed)) == [("T[0, i]", "sigmoid(w @ X.T.reshape(m, n, 1)[i] + b)")]
    assert len(unread(network(claimed, said=""))) == 1


def test_the_misprint_of_one_example_is_refuted() -> None:
    text = NETWORK.format(COLUMNS) + r"$$\frac{\partial t^{(i)}}{\partial z^{(i)}} = t^{(i)} (1 - t^{(i)}) = t^{(i)}$$"
    assert verdicts(text)[-2:] == ["proved", "refuted"]


def test_a_letter_on_an_axis_of_one_position_is_1_and_runs_along_no_other() -> None:
    right = network(r"$$\frac{\partial z^{(i)}}{\partial w_{jk}} = x_k^{(i)}$$")
    assert read_as(right) == [("jacobian(Z[0, i], w[0, k])", "X[k, i]")]
    assert any(
        "has one position on another" in why for why in unread(network(r"$$w_{jk} x_k^{(i)} = w_{jk} x_j^{(i)}$$"))
    )


def test_the_last_column_is_not_taken_for_an_index() -> None:
    assert unread(network(r"$$z^{(m)} = w x^{(m)} + b$$")) != []


# ---- what is written for something else ------------------------------------------------------------------------------


def test_what_is_written_for_a_letter_keeps_its_other_scripts() -> None:
    said = COLUMNS + r" an index alone is a row; $v = X$;"
    assert read_as(network(r"$$Z = w v + b_1 - b_1 + b$$", said)) == []  # b has no entries
    assert read_as(network(r"$$w v^T = w X^T$$", said)) == [("w @ X.T", "w @ X.T")]
    assert read_as(network(r"$$v_k v_k^T = X_k X_k^T$$", said))[0][0].count("[k]") == 2


def test_a_layer_that_is_said_is_no_other_one() -> None:
    text = r"""<!-- gradcheck: $z^{(i)} = z^{[2](i)}$, $z^{[1]} \in \R^n, z^{[2]} \in \R^n$ -->
$$z^{[1](i)} = z^{[1](i)}$$"""
    assert all("[2]" not in step.read_as for step in notes(text).steps)


# ---- numbers of equations, dots, sums along axes ---------------------------------------------------------------------


@pytest.mark.parametrize("mark", [r"\quad - (5)", r"\quad (5)", r"\qquad - (12)"])
def test_the_number_of_an_equation_is_nothing_that_is_subtracted(mark: str) -> None:
    assert read_as(network(rf"$$Z - b = w X {mark}$$")) == [("Z - b", "w @ X")]


def test_dots_stand_for_what_begins_them_up_to_the_end_of_the_axis() -> None:
    listed = r"$$T = \begin{bmatrix} t^{(1)} & t^{(2)} & \dots & t^{(%s)} \end{bmatrix}$$"
    assert read_as(network(listed % "m")) == [("T", "T[0, v].array(v).reshape(1, m)")]
    assert any("end at n" in why for why in unread(network(listed % "n")))
    mixed = r"$$T = \begin{bmatrix} t^{(1)} & 2 t^{(2)} & \dots & t^{(m)} \end{bmatrix}$$"
    skipping = r"$$T = \begin{bmatrix} t^{(1)} & t^{(3)} & \dots & t^{(m)} \end{bmatrix}$$"
    for other in (mixed, skipping):
        assert any("differs" in why for why in unread(network(other)))


def test_sums_along_an_axis_are_those_of_numpy() -> None:
    total = r"\text{np.sum}(T - Y, \text{axis}=1, \text{keepdims}=\text{True})"
    summed = rf"$$\frac{{1}}{{m}} {total} = \frac{{1}}{{m}} (T - Y) \mathbf{{1}}_{{m \times 1}}$$"
    assert verdicts(NETWORK.format(COLUMNS) + summed)[-1] == "proved"
    assert unread(network(r"$$Y = \text{np.sum}(Y, \text{axis}=2)$$")) != []
    assert unread(network(r"$$Y = \text{np.sum}(Y, \text{where}=1)$$")) != []


# ---- updates ---------------------------------------------------------------------------------------------------------

COST = r"$$E = \frac{1}{2} (T - Y) (T - Y)^T$$" + "\n"
STEP = r"$$w := w - \alpha ((T - Y) \odot T \odot (1 - T)) X^T$$"


def test_an_update_goes_along_the_gradient_of_the_cost_that_is_named() -> None:
    assert any("w is given" in why for why in unread(network(COST + STEP)))
    named = network(COST + STEP, COLUMNS + " cost $E$;")
    assert read_as(named)[-1][0] == "w - alpha * gradient(E, w)"


@pytest.mark.parametrize(
    ("update", "verdict"),
    [
        (STEP, "proved"),
        (STEP.replace(r"w - \alpha", r"w + \alpha"), "refuted"),
        (STEP.replace(r"\odot (1 - T)", ""), "refuted"),
        (r"$$w := w - \alpha \frac{\partial E}{\partial w}$$", "definition"),
        (r"$$w := w + \alpha \frac{\partial E}{\partial w}$$", "refuted"),
    ],
)
def test_an_update_that_is_wrong_is_refuted(update: str, verdict: str) -> None:
    assert verdicts(NETWORK.format(COLUMNS + " cost $E$;") + COST + update)[-1] == verdict


def test_where_the_page_climbs_an_update_is_not_read() -> None:
    assert any("ascent" in why for why in unread(network("Gradient ascent:\n" + COST + STEP, COLUMNS + " cost $E$;")))


# ---- probabilities ---------------------------------------------------------------------------------------------------


def test_probabilities_claim_nothing() -> None:
    found = network(r"$$T = \mathbb{P}(y = 1 | x)$$ $$p(y | x) = T$$")
    assert (read_as(found), unread(found)) == ([], [])
    assert [step.why for step in found.others if step.kind == "no claim"] == ["a probability"] * 2
