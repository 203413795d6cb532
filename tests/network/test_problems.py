"""What a derivation trains: its cost, its parameters, its data, its formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis.strategies import integers, sampled_from, tuples

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, one_hot, real, shape
from gradcheck.network.problems import CannotTrain, problem_of
from gradcheck.notation import cross_entropy, exp, log, sigmoid, squared_error, tanh

n, k, m = dims("n k m")
X, Y, y = real("X", n, m), bits("Y", 1, m), real("y", 1, m)
W, b = real("W", 1, n), real("b", 1, 1)
Z = W @ X + b
T = sigmoid(Z)
J = cross_entropy(T, Y).sum() / m


def trained(function, **structure):
    return problem_of([derivation()(function)], structure)


def names(nodes):
    return [node.name for node in nodes]


# ---- data and parameters -----------------------------------------------------------------------------------------


def of_weights():
    yield claim(gradient(J, W), (T - Y) @ X.T / m)


def test_inputs_called_x_or_y_and_labels_are_data_and_all_others_parameters():
    problem = trained(of_weights)
    assert names(problem.features) == ["X"]
    assert names(problem.labels) == ["Y"]
    assert names(problem.parameters) == ["W", "b"]
    assert problem.examples == m
    assert problem.cost.key == J.key


def test_labels_are_data_whatever_they_are_called():
    t = one_hot("t", k, m)
    V = real("V", k, n)
    cost = squared_error(V @ X, t).sum() / m
    assert names(trained(lambda: (yield claim(gradient(cost, V), (V @ X - t) @ X.T / m))).labels) == ["t"]


# ---- which claims drive ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        jacobian(J, X),
        gradient(J, X),
        gradient(J, Z),
        gradient(J, W)[0],
        W - gradient(J, W),
        gradient(J, W).T,
        shape(W),
        J,
    ],
    ids=str,
)
def test_only_gradients_by_parameters_drive(target):
    step = (1, n) if target.__class__.__name__ == "ShapeOf" else target * 1
    with pytest.raises(CannotTrain, match=r"claims no gradient\(J, P\) for a cost J and an input P that is no data"):
        trained(lambda: (yield claim(target, step)))


def test_the_gradient_itself_is_no_formula():
    with pytest.raises(CannotTrain, match=r"step \[0\], line .*it is the gradient itself, which the engine gives"):
        trained(lambda: (yield claim(gradient(J, W), gradient(J, W))))


def test_a_formula_of_another_shape_is_none_and_the_reason_is_said():
    with pytest.raises(CannotTrain, match=r"its shape is \(n, 1\), and that of W is \(1, n\)"):
        trained(lambda: (yield claim(gradient(J, W), X @ (T - Y).T / m)))


def test_what_does_not_conform_is_none_and_the_reason_is_said():
    with pytest.raises(CannotTrain, match=r"it does not conform: .*m is not n"):
        trained(lambda: (yield claim(gradient(J, W), (T - Y) @ X / m)))


def test_without_broadcasting_what_broadcasts_is_none():
    def plain():
        yield claim(gradient(J, W), (T - Y) @ X.T / m + real("c", n, 1).T * real("c2", 1, 1) * (X @ X.T)[0] * 0)
        yield claim(gradient(J, b), ((T - Y) * X[0]).sum(axis=1, keepdims=True) / m)

    with pytest.raises(CannotTrain, match="it does not conform"):
        problem_of([derivation(broadcast=False)(plain)], {})


def test_the_last_step_drives_and_rather_one_without_derivatives():
    def chain():
        yield claim(gradient(J, W), (T - Y) @ X.T / m, gradient(J, Z) @ X.T, at="chain")
        yield claim(gradient(J, b), gradient(J, Z).sum(axis=1, keepdims=True), at="unfinished")

    found = trained(chain).corrected()
    assert found["W"].place.startswith("chain, step [0], line ")
    assert not found["W"].asks_the_engine(-1)
    assert found["b"].asks_the_engine(-1)


def test_a_misprint_drives_as_printed_and_as_corrected_where_both_can_be_gradients():
    def marked():
        yield claim(gradient(J, W), misprint((T - Y) @ X.T, (T - Y) @ X.T / m, "1/m is lost"))
        yield claim(gradient(J, b), misprint(T - Y, (T - Y).sum(axis=1, keepdims=True) / m, "no sum"))

    problem = trained(marked)
    assert set(problem.corrected()) == {"W", "b"}
    assert set(problem.printed()) == {"W"}
    assert problem.printed()["W"].why == "1/m is lost"
    (refused,) = (formula for formula in problem.formulas if formula.by.name == "b")
    assert refused.refusals == ("its shape is (1, m), and that of b is (1, 1)", "")


# ---- which cost --------------------------------------------------------------------------------------------------


def test_the_cost_is_the_one_most_gradients_are_claimed_of():
    other = squared_error(T, Y).sum()

    def two_costs():
        yield claim(gradient(other, W), (T - Y) * T * (1 - T) @ X.T)
        yield claim(gradient(J, W), (T - Y) @ X.T / m)
        yield claim(gradient(J, b), (T - Y).sum(axis=1, keepdims=True) / m)

    assert trained(two_costs).cost.key == J.key


def test_derivations_about_other_costs_are_named():
    def of_another():
        yield claim(gradient((W * W).sum(), W), 2 * W)

    problem = problem_of([derivation()(of_another), derivation()(of_weights)], {})
    assert problem.cost.key == J.key
    assert problem.left_out == ("of_another",)


def test_a_cost_over_all_examples_goes_before_one_of_a_single_example():
    x, label = real("x", n, 1), bits("y", 1, 1)
    t = sigmoid(W @ x + b)
    L = cross_entropy(t, label)

    def both():
        yield claim(gradient(L, W), (t - label) @ x.T)
        yield claim(gradient(L, b), t - label)
        yield claim(gradient(J, W), (T - Y) @ X.T / m)

    assert trained(both).cost.key == J.key


def test_formulas_of_several_derivations_drive_one_cost():
    def of_bias():
        yield claim(gradient(J, b), (T - Y).sum(axis=1, keepdims=True) / m)

    problem = problem_of([derivation()(of_weights), derivation()(of_bias)], {})
    assert {name: formula.place.split(",")[0] for name, formula in problem.corrected().items()} == {
        "W": "of_weights",
        "b": "of_bias",
    }


# ---- structure ---------------------------------------------------------------------------------------------------


def test_structure_is_as_given_and_otherwise_drawn():
    def layers(depth, g):
        cost = squared_error(g(W @ X) * depth, y).sum()
        yield claim(gradient(cost, W), ((g(W @ X) * depth - y) * depth * g.prime(W @ X)) @ X.T)

    drawn = derivation(depth=integers(1, 3), g=sampled_from([tanh, sigmoid]))(layers)
    assert problem_of([drawn], {"depth": 2, "g": sigmoid}).structure == {"depth": 2, "g": sigmoid}
    assert problem_of([drawn], {"g": sigmoid}).structure["g"] is sigmoid


def test_arguments_that_there_are_not_are_refused():
    with pytest.raises(CannotTrain, match="there is no argument dpeth: the arguments are none"):
        trained(of_weights, dpeth=2)


def test_what_ends_a_derivation_is_said():
    def divides(depth):
        yield claim(gradient(J, W), (T - Y) @ X.T / m / (1 // depth))

    with pytest.raises(CannotTrain, match=r"ZeroDivisionError: .*\(with depth=0\)"):
        problem_of([derivation(depth=integers(1, 3))(divides)], {"depth": 0})


def test_one_value_stands_for_all_places_of_a_tuple():
    def two(g):
        cost = squared_error(g[1](g[0](W @ X)), y).sum()
        yield claim(gradient(cost, W), gradient(cost, W @ X) @ X.T)

    drawn = derivation(g=tuples(sampled_from([sigmoid]), sampled_from([sigmoid])))(two)
    assert problem_of([drawn], {"g": tanh}).structure == {"g": (tanh, tanh)}
    assert problem_of([drawn], {"g": (tanh, sigmoid)}).structure == {"g": (tanh, sigmoid)}


def test_the_examples_are_counted_by_the_last_size_that_labels_share_with_features():
    V, y2 = real("V", n, n), real("Y", n, m)
    cost = squared_error(V @ X, y2).sum()
    assert trained(lambda: (yield claim(gradient(cost, V), (V @ X - y2) @ X.T))).examples == m


def test_claims_about_one_cost_are_gathered_from_all_draws():
    V = [real(f"W{i}", 1, n) for i in range(3)]
    cost = sum((w @ X).sum() for w in V)

    def by_layer(layer):
        yield claim(gradient(cost, V[layer]), X.sum(axis=1, keepdims=True).T)

    problem = problem_of([derivation(layer=integers(0, 2))(by_layer)], {})
    assert set(problem.corrected()) == {"W0", "W1", "W2"}


# ---- predictions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cost",
    [
        J,
        -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m,
        squared_error(T, Y).mean(),
        -np.log(np.where(Y, T, 1 - T)).mean(),
    ],
    ids=str,
)
def test_the_prediction_is_what_the_cost_compares_labels_with(cost):
    problem = trained(lambda: (yield claim(gradient(cost, W), gradient(cost, Z) @ X.T)))
    assert problem.prediction.key == T.key
    assert problem.has_classes


def test_scores_are_predictions_and_say_no_class():
    cost = (np.log(1 + exp(Z)) - Y * Z).mean()
    problem = trained(lambda: (yield claim(gradient(cost, W), (T - Y) @ X.T / m)))
    assert not problem.has_classes


def test_real_labels_are_no_classes():
    cost = squared_error(T, y).mean()
    problem = trained(lambda: (yield claim(gradient(cost, W), gradient(cost, Z) @ X.T)))
    assert problem.prediction.key == T.key
    assert not problem.has_classes
