"""The five documents train: as corrected they follow the engine to rounding, and as printed they do not."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from gradcheck import bits, claim, derivation, dims, gradient, real
from gradcheck.documents.arguments import UsageError
from gradcheck.documents.files import load
from gradcheck.functions import abstract
from gradcheck.network import train
from gradcheck.network import training as module
from gradcheck.network.problems import CannotTrain
from gradcheck.network.training import apart
from gradcheck.notation import cross_entropy, sigmoid, squared_error, tanh

DERIVATIONS = Path(__file__).parent.parent.parent / "derivations"
ROUNDING, VISIBLE = 1e-12, 1e-3
"""How far apart descents may be by rounding, and how far apart misprints put them."""
STEPS = 60


@functools.cache
def derivations(file):
    return load(DERIVATIONS / file).derivations


def named(file, *names):
    return [derivation for derivation in derivations(file) if not names or derivation.name in names]


UNKNOWN = {"g": (abstract("g"), abstract("g"))}
TRAINED = [
    ("two_layer.py", ("layer3",), {}, "w3 b3"),
    ("two_layer.py", ("layer2_weights",), {}, "w2"),
    ("two_layer.py", ("layer2_biases",), {}, "b2"),
    ("two_layer.py", ("layer1_weights",), {}, "w1"),
    ("two_layer.py", ("layer1_biases",), {}, "b1"),
    ("two_layer.py", ("summary",), {}, "w3 w2 w1 b3 b2 b1"),
    ("two_layer_by_hand.py", ("one_example",), {}, "w3 w2 w1 b3 b2 b1"),
    ("two_layer_by_hand.py", ("m_examples",), {}, "w3 w2 w1 b3 b2 b1"),
    ("layers.py", ("single_unit", "single_sample"), {"depth": 2, **UNKNOWN, "loss": squared_error}, "W1 W2 b1 b2"),
    ("layers.py", ("entire_sample",), {"depth": 3, "g": (tanh, tanh), "layer": 0, "loss": cross_entropy}, "W1 b1"),
    ("layers.py", ("entire_sample", "procedure"), {"depth": 2, **UNKNOWN, "loss": cross_entropy}, "W1 W2 b1 b2"),
    ("relu_sigmoid.py", ("layer_2", "layer_1"), {}, "W2 b2 W1 b1"),
    ("relu_sigmoid.py", ("layer_2_instance",), {}, "b2"),
    ("logistic_regression.py", ("gradient_of_the_cost",), {}, "w b"),
    ("logistic_regression.py", ("gradient_of_the_loss",), {}, "w b"),
    ("logistic_regression.py", ("listing",), {}, "w b"),
    ("hidden_layer.py", ("backpropagation",), {}, "C B"),
    ("hidden_layer.py", ("summary",), {}, "W2 b2 W1 b1"),
    ("hidden_layer.py", ("average",), {}, "W2 b2 W1 b1"),
]
"""File, derivations, structure, and the parameters that formulas drive."""


@pytest.mark.parametrize(("file", "names", "structure", "driven"), TRAINED, ids=lambda value: str(value)[:50])
def test_as_corrected_a_document_follows_the_engine_to_rounding(file, names, structure, driven):
    found = train(named(file, *names), structure=structure, steps=STEPS)
    assert set(found.problem.corrected()) == set(driven.split())
    assert found.follows
    assert found.corrected.far < 1e-11
    assert apart(found.corrected.descent, found.engine) < ROUNDING
    assert found.engine.costs[-1] < found.engine.costs[0]


MISPRINTED = [
    ("two_layer.py", ("layer3",), "w3 b3"),
    ("two_layer.py", ("summary",), "w3 w2 w1 b3 b2 b1"),
    ("layers.py", ("entire_sample",), "W1 b1"),
    ("relu_sigmoid.py", ("layer_2",), "b2"),
    ("relu_sigmoid.py", ("layer_1",), "W1"),
    ("logistic_regression.py", ("listing",), "w b"),
]
"""File, derivations, and the parameters whose gradients are misprinted, in a way that still can be a gradient."""


@pytest.mark.parametrize(("file", "names", "driven"), MISPRINTED, ids=lambda value: str(value)[:50])
def test_as_printed_a_mistake_visibly_leads_elsewhere(file, names, driven):
    structure = {"depth": 2, "g": (tanh, tanh), "loss": squared_error, "layer": 0} if file == "layers.py" else {}
    found = train(named(file, *names), structure=structure, steps=STEPS)
    assert set(found.problem.printed()) == set(driven.split())
    assert found.printed.differs
    assert apart(found.printed.descent, found.engine) > VISIBLE


NOT_TRAINED = {
    "two_layer.py": "forward objective updates elementwise",  # no cost, no derivative by a parameter, or updates
    "layers.py": "description description_of_layers aim",  # shapes, and no parameter
    "layers_assumptions.py": "second_derivatives counterexamples linear_networks_meet_the_assumptions strictly_convex",
    "relu_sigmoid.py": "forward_instance forward_batch first_updates final_updates",  # updates, not gradients
    "logistic_regression.py": "model probability logarithm squared_error_is_not_convex log_loss cost descent "
    "prediction trained_model accuracy",
    "hidden_layer.py": "logistic_regression layers broadcast forward_propagation affine_map activation_functions "
    "vectorization",
}


@pytest.mark.parametrize(
    ("file", "name"), [(file, name) for file, names in NOT_TRAINED.items() for name in names.split()]
)
def test_what_claims_no_gradient_by_a_parameter_trains_nothing(file, name):
    with pytest.raises(CannotTrain, match=f"{name} claims no gradient"):
        train(named(file, name))


def test_a_relu_layer_by_the_documents_formulas_alone_learns():
    found = train(named("relu_sigmoid.py", "layer_1", "layer_2"), steps=300, sizes={"n1": 6})
    assert found.accuracy[0] >= 0.97
    assert found.accuracy[1] >= 0.9


def test_logistic_regression_by_the_documents_formulas_learns():
    found = train(named("logistic_regression.py", "listing"), steps=200, rate=1.0)
    assert found.accuracy[0] >= 0.95
    assert found.accuracy[1] >= 0.9


def test_logistic_regression_tells_tumours_apart():
    pytest.importorskip("sklearn")
    from gradcheck.network.problems import problem_of
    from gradcheck.network.tables import read_data

    listing = named("logistic_regression.py", "listing")
    data, _ = read_data(problem_of(listing, {}), "breast_cancer")
    assert train(listing, data, rate=0.1).accuracy[1] >= 0.95


def test_a_file_and_a_derivation_in_it_are_named_as_on_the_command_line():
    by_name = train(f"{DERIVATIONS / 'relu_sigmoid.py'}::layer_1", steps=2)
    assert by_name.costs == train(named("relu_sigmoid.py", "layer_1"), steps=2).costs
    assert set(train(DERIVATIONS / "relu_sigmoid.py", steps=1).problem.corrected()) == {"W1", "b1", "W2", "b2"}


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ("nowhere.py", UsageError, "there is no file or folder 'nowhere.py'"),
        ([], CannotTrain, "nothing is no derivation"),
        (None, CannotTrain, "None is no derivation: write @derivation"),
        ([len], CannotTrain, "<built-in function len> is no derivation: write @derivation"),
    ],
)
def test_what_is_no_derivation_is_refused(what, error, message):
    with pytest.raises(error, match=message):
        train(what)


# ---- what is given -----------------------------------------------------------------------------------------------


def test_sizes_are_as_asked_for():
    found = train(named("relu_sigmoid.py", "layer_1"), steps=1, sizes={"n0": 7, "n1": 2, "m": 50})
    assert found.sizes == {"m": 40, "n0": 7, "n1": 2}
    assert found.engine.parameters["W1"].shape == (2, 7)


def test_columns_start_at_0_and_other_weights_by_their_fan_in():
    start = train(named("relu_sigmoid.py", "layer_1"), steps=1, sizes={"n0": 400, "n1": 100}).start
    assert start["W1"].std() == pytest.approx(1 / 20, rel=0.02)
    assert start["W2"].std() == pytest.approx(1 / 10, rel=0.2)
    assert not start["b1"].any()
    assert not start["b2"].any()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"sizes": {"n9": 2}}, CannotTrain, "there is no size n9: the sizes are m, n0, n1"),
        ({"sizes": {"n1": 0}}, ValueError, "n1=0: a whole number of at least 1 is needed"),
        ({"sizes": {"n1": "five"}}, TypeError, "n1='five' is no whole number"),
        ({"steps": 0}, ValueError, "steps=0"),
        ({"rate": -1.0}, ValueError, "rate=-1.0: a number above 0"),
        ({"seed": -2}, ValueError, "seed=-2"),
    ],
)
def test_what_cannot_be_is_refused(settings, error, message):
    with pytest.raises(error, match=message):
        train(named("relu_sigmoid.py", "layer_1"), **settings)


def test_sizes_and_arrays_that_contradict_each_other_are_refused():
    data = {"X": np.ones((2, 10)), "Y": np.zeros((1, 10))}
    with pytest.raises(ValueError, match=r"X has shape \(2, 10\) and is declared as \(n0, m\) with m=10, n0=3"):
        train(named("relu_sigmoid.py", "layer_1"), data, sizes={"n0": 3})


# ---- how it ends -------------------------------------------------------------------------------------------------


def test_a_rate_at_which_the_engine_diverges_is_said_and_the_finite_costs_are_kept():
    found = train(named("relu_sigmoid.py", "layer_1", "layer_2"), rate=1e3)
    assert found.engine.diverged.startswith(f"the cost is nan after step {found.engine.steps + 1}, ")
    assert np.isfinite(found.engine.costs).all()


def interrupt_at(monkeypatch, step, said=None):
    """Ctrl-C as soon as so many steps are made, of the descent that is called so."""
    original = module.Progress.show

    def interrupted(self, *what):
        original(self, *what)
        if what[1] == step and said in (None, self.begun):
            raise KeyboardInterrupt

    def init(self, name, *more, **options):
        self.begun = name
        begin(self, name, *more, **options)

    begin = module.Progress.__init__
    monkeypatch.setattr(module.Progress, "__init__", init)
    monkeypatch.setattr(module.Progress, "show", interrupted)


def test_ctrl_c_in_the_engines_descent_says_how_far_it_came(monkeypatch):
    whole = train(named("relu_sigmoid.py", "layer_1"), steps=20)
    interrupt_at(monkeypatch, 7)
    with pytest.raises(KeyboardInterrupt) as caught:
        train(named("relu_sigmoid.py", "layer_1"), steps=20)
    end = caught.value
    assert list(end.descents) == ["the engine"]
    assert end.descents["the engine"].costs == whole.engine.costs[:8]
    assert end.steps == 20
    assert all(0 <= share <= 1 for share in end.accuracy)


def test_ctrl_c_in_a_later_descent_keeps_the_ones_before(monkeypatch):
    whole = train(named("relu_sigmoid.py", "layer_1"), steps=20)
    interrupt_at(monkeypatch, 5, "as printed")
    with pytest.raises(module.Interrupted) as caught:
        train(named("relu_sigmoid.py", "layer_1"), steps=20)
    descents = caught.value.descents
    assert {name: descent.steps for name, descent in descents.items()} == {
        "the engine": 20,
        "the formulas": 20,
        "as printed": 5,
    }
    assert caught.value.accuracy == whole.accuracy


def test_ctrl_c_before_the_first_step_is_plain(monkeypatch):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "descend", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        train(named("relu_sigmoid.py", "layer_1"))
    assert not isinstance(caught.value, module.Interrupted)


def test_examples_that_take_turns_are_stochastic_descent():
    n = dims("n")
    x, y, w = real("x", n, 1), bits("y", 1, 1), real("w", 1, n)
    a = sigmoid(w @ x)
    cost = cross_entropy(a, y).sum()
    one = derivation(source="one example")(lambda: (yield claim(gradient(cost, w), (a - y) @ x.T)))
    rng = np.random.default_rng(0)
    data = {"x": rng.standard_normal((5, 3, 1)), "y": rng.integers(0, 2, (5, 1, 1)).astype(float)}
    found = train(one, data, steps=12, rate=0.3)
    weights = found.start["w"]
    for step in range(12):
        features, label = data["x"][step % 5], data["y"][step % 5]
        weights = weights - 0.3 * (1 / (1 + np.exp(-weights @ features)) - label) @ features.T
    np.testing.assert_allclose(found.engine.parameters["w"], weights, rtol=1e-12)
    assert found.follows
