"""check_gradient on anybody's functions: first what has to be refused, then what has to agree, then what it says."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradcheck.black_box import GradientReport, check_gradient

Floats = np.ndarray[Any, np.dtype[Any]]
X3 = np.array([1.0, -2.0, 3.0])


def squares(x: Floats) -> Any:
    return (x**2).sum()


def twice(x: Floats) -> Floats:
    return 2 * x


def blunt(f: Callable[..., Any]) -> Callable[..., float]:
    """The same function in a form that neither complex numbers nor symbols pass."""
    return lambda *args: float(f(*args))


# ---- networks ----------------------------------------------------------------------------------------------------


def sigmoid(z: Floats) -> Any:
    return 1 / (1 + np.exp(-z))


ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky": (lambda z: np.where(z > 0, z, 0.1 * z), lambda z: np.where(z > 0, 1.0, 0.1)),
}


class Network:
    """Fully connected; `loss` is "cross-entropy" in the form with log(1 - a), "squared" or "softmax"."""

    def __init__(self, seed: int, activation: str, loss: str, sizes: tuple[int, ...] = (2, 3, 2), m: int = 4) -> None:
        rng = np.random.default_rng(seed)
        (self.g, self.g_prime), self.loss, self.m = ACTIVATIONS[activation], loss, m
        self.X, self.Y = rng.standard_normal((sizes[0], m)), (rng.random((sizes[-1], m)) > 0.5) * 1.0
        if loss == "softmax":
            self.Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=m)].T
        shapes = [s for n, n_next in pairwise(sizes) for s in ((n_next, n), (n_next, 1))]
        self.parameters = [rng.standard_normal(shape) for shape in shapes]

    def forward(self, *parameters: Floats) -> tuple[list[Floats], list[Floats]]:
        activations, inputs = [self.X], []
        for W, b in zip(parameters[::2], parameters[1::2], strict=True):
            inputs.append(W @ activations[-1] + b)
            activations.append(self.g(inputs[-1]))
        return inputs, activations

    def cost(self, *parameters: Floats) -> Any:
        z = self.forward(*parameters)[0][-1]
        if self.loss == "cross-entropy":
            a = sigmoid(z)
            return -(self.Y * np.log(a) + (1 - self.Y) * np.log(1 - a)).sum() / self.m
        if self.loss == "softmax":
            return (np.log(np.exp(z).sum(axis=0)) - (self.Y * z).sum(axis=0)).sum() / self.m
        return ((z - self.Y) ** 2).sum() / (2 * self.m)

    def gradient(self, *parameters: Floats) -> tuple[Floats, ...]:
        z, a = self.forward(*parameters)
        output = {"cross-entropy": sigmoid, "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=0)}.get(self.loss)
        delta = ((output(z[-1]) if output else z[-1]) - self.Y) / self.m
        result: list[Floats] = []
        for layer in reversed(range(len(z))):
            result = [delta @ a[layer].T, delta.sum(axis=1, keepdims=True), *result]
            if layer:
                delta = (parameters[2 * layer].T @ delta) * self.g_prime(z[layer - 1])
        return tuple(result)

    def train(self, steps: int = 1500) -> None:
        for _ in range(steps):
            gradient = self.gradient(*self.parameters)
            rate = 0.3 / max(1.0, *(float(np.abs(g).max()) for g in gradient))  # so that no descent diverges
            self.parameters = [p - rate * g for p, g in zip(self.parameters, gradient, strict=True)]

    def move_next_to_a_kink(self, distance: float) -> None:
        z = self.forward(*self.parameters)[0][0]
        self.parameters[1][0] += distance - z[0, 0]


def network(seed: int, activation: str, loss: str, regime: str) -> Network:
    result = Network(seed, activation, loss)
    scale = {"small": 0.01, "saturated": 60.0}.get(regime, 1.0)
    result.parameters = [scale * p for p in result.parameters]
    if regime == "trained":
        result.train()
    if regime.startswith("kink"):
        result.move_next_to_a_kink(float(regime[4:]))
    return result


def scaled_entry(gradient: list[Floats], by: float) -> list[Floats]:
    gradient[0][1, 0] *= by
    return gradient


MISTAKES: dict[str, Callable[[list[Floats], Network], list[Floats]]] = {
    "sign": lambda g, net: [-g[0], *g[1:]],
    "twice": lambda g, net: [*g[:2], 2 * g[2], *g[3:]],
    "1/m is lost": lambda g, net: [a * net.m for a in g],
    "-7 times": lambda g, net: [-7 * a for a in g],
    "zero": lambda g, net: [g[0] * 0, *g[1:]],
    "one entry by 1%": lambda g, net: scaled_entry(g, 1.01),
    "one entry by 1e-5": lambda g, net: scaled_entry(g, 1 + 1e-5),
    "one entry's sign": lambda g, net: scaled_entry(g, -1),
    "all by 3e-6": lambda g, net: [a * (1 + 3e-6) for a in g],
    "rows reversed": lambda g, net: [a[::-1] for a in g],
    "transposed": lambda g, net: [*g[:2], g[2].T, *g[3:]],
}


@pytest.mark.parametrize("loss", ["cross-entropy", "squared", "softmax"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_gradient_of_a_network_is_refuted(mistake: str, activation: str, loss: str) -> None:
    net = Network(3, activation, loss)
    right = [g.copy() for g in net.gradient(*net.parameters)]
    wrong = MISTAKES[mistake]([g.copy() for g in right], net)
    assert any(
        a.shape != b.shape or not np.allclose(a, b, rtol=1e-6, atol=0) for a, b in zip(wrong, right, strict=True)
    )
    assert check_gradient(blunt(net.cost), lambda *_: wrong, *net.parameters).verdict == "refuted"


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(["sigmoid", "tanh"]),
    loss=st.sampled_from(["cross-entropy", "squared", "softmax"]),
    mistake=st.sampled_from(["sign", "twice", "-7 times", "1/m is lost"]),
    regime=st.sampled_from(["fresh", "small"]),
)
def test_gross_mistakes_are_refuted_wherever_the_gradient_can_be_seen(
    seed: int, activation: str, loss: str, mistake: str, regime: str
) -> None:
    net = network(seed, activation, loss, regime)
    gradient = list(net.gradient(*net.parameters))
    report = check_gradient(net.cost, lambda *_: MISTAKES[mistake](gradient, net), *net.parameters)
    assert report.verdict == "refuted"


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    loss=st.sampled_from(["cross-entropy", "squared", "softmax"]),
    regime=st.sampled_from(
        ["fresh", "small", "saturated", "trained", "kink1e-4", "kink1e-6", "kink-1e-7", "kink1e-9", "kink1e-12"]
    ),
    hides=st.booleans(),
)
@example(seed=119242, activation="sigmoid", loss="cross-entropy", regime="saturated", hides=True)
@example(seed=850, activation="leaky", loss="squared", regime="trained", hides=False)  # a steep descent
@example(seed=12, activation="sigmoid", loss="cross-entropy", regime="saturated", hides=True)  # narrow stairs
@example(seed=120, activation="sigmoid", loss="cross-entropy", regime="saturated", hides=True)  # and wide ones
@example(seed=65, activation="tanh", loss="cross-entropy", regime="saturated", hides=True)  # the last before 0
def test_a_right_gradient_is_never_refuted_at_hard_points(
    seed: int, activation: str, loss: str, regime: str, hides: bool
) -> None:
    net = network(seed, activation, loss, regime)
    with np.errstate(all="ignore"):
        gradient = net.gradient(*net.parameters)
        cost = blunt(net.cost) if hides else net.cost
        if not np.isfinite(net.cost(*net.parameters)):
            return
        report = check_gradient(cost, lambda *_: gradient, *net.parameters)
    assert report.verdict != "refuted", str(report)


def test_a_term_that_loses_its_digits_hides_its_share_of_every_slope() -> None:
    # 1 - a has few digits: the logarithm climbs in steps of 1e-3 with x, and stands still while y moves by 1
    def f(x: Floats, y: Floats) -> float:
        return float(-np.log(1 - sigmoid(30 + x + 1e-4 * y)).sum() + 1e-3 * np.sin(y).sum())

    x, y = np.array([0.1]), np.array([0.5])
    by_x = sigmoid(30 + x + 1e-4 * y)
    right = 1e-4 * by_x + 1e-3 * np.cos(y)
    assert check_gradient(f, lambda x, y: (by_x, right), x, y).findings[1].verdict == "undecided"
    assert check_gradient(f, lambda x, y: (by_x, right + 1), x, y).findings[1].verdict == "refuted"


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("loss", ["cross-entropy", "squared", "softmax"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_right_gradient_of_a_smooth_network_agrees(activation: str, loss: str, seed: int) -> None:
    net = Network(seed, activation, loss)
    report = check_gradient(blunt(net.cost), net.gradient, *net.parameters)
    assert report.verdict == "agrees"
    assert report.resolution < 1e-5


# ---- single functions --------------------------------------------------------------------------------------------


def test_a_forgotten_penalty_is_refuted_though_the_complex_step_forgets_it_too() -> None:
    # |x + ih| of NumPy is real: the imaginary part of the sum is that of the squares alone.
    assert check_gradient(lambda x: squares(x) + 1e-5 * np.abs(x).sum(), twice, X3).verdict == "refuted"


def test_tiny_gradients_have_no_absolute_tolerance() -> None:
    assert check_gradient(lambda x: 1e-30 * squares(x), lambda x: -2e-30 * x, X3).verdict == "refuted"
    assert check_gradient(lambda x: 1e-30 * squares(x), lambda x: 2e-30 * x, X3).ok


def test_a_tiny_entry_beside_a_large_one_is_judged_by_itself() -> None:
    def f(x: Floats) -> Any:
        return float(x[0] + 1e-7 * x[1])

    x = np.ones(2)
    assert check_gradient(f, lambda x: np.array([1, 1e-7]), x).ok
    assert check_gradient(f, lambda x: np.array([1, 3e-7]), x).verdict == "refuted"


def test_what_is_lost_in_the_noise_is_undecided() -> None:
    def f(x: Floats) -> float:
        return float(1e12 + 1e-5 * x.sum())

    assert check_gradient(f, lambda x: np.full(3, 1e-5), X3).verdict == "undecided"
    assert check_gradient(f, lambda x: np.full(3, 1e5), X3).verdict == "refuted"


def test_a_gradient_of_0_shows_nothing_where_f_does_not_change() -> None:
    report = check_gradient(lambda x, y: float(squares(x)), lambda x, y: (2 * x, 0 * y), X3, X3)
    assert report.verdict == "undecided"
    assert "does not change with argument 2 (y) here, so a gradient of 0 shows nothing; leave" in str(report)
    assert [finding.verdict for finding in report.findings] == ["agrees", "undecided"]


def test_a_bias_that_a_normalization_takes_away_is_undecided_with_the_cure_and_a_wrong_gradient_of_it_refuted() -> None:
    X = np.random.default_rng(0).standard_normal((6, 3))

    def f(b: Floats) -> float:
        Z = X + b
        return float((np.tanh((Z - Z.mean(0)) / Z.std(0)) ** 3).sum())

    report = check_gradient(f, lambda b: 1e-16 * b, X3)
    assert report.verdict == "undecided"
    assert "move the point, or leave out an argument whose gradient is 0 everywhere" in str(report)
    assert check_gradient(f, lambda b: 1e-3 * b, X3).verdict == "refuted"


@pytest.mark.parametrize("count", [150, 300, 20_000])
def test_one_wrong_entry_is_refuted_from_the_resolution_on_that_is_printed(count: int) -> None:
    rng = np.random.default_rng(1)
    slope, point = 1 + 0.5 * rng.random(count), rng.standard_normal(count)

    def off_by(error: float) -> Any:
        def gradient(w: Floats) -> Floats:
            right = slope * np.cos(w)
            right[17] += error * np.abs(right).max()
            return right

        return check_gradient(lambda w: (slope * np.sin(w)).sum(), gradient, point)

    right = off_by(0)
    assert right.verdict == "agrees"
    assert right.resolution < 1e-3
    assert off_by(1.1 * right.resolution).verdict == "refuted"


@pytest.mark.parametrize("small", [1e-8, -1e-9, 1e-6])
def test_a_small_entry_beside_which_f_bends_is_not_refuted_and_a_wrong_one_is(small: float) -> None:
    def f(w: Floats) -> float:
        return float((np.abs(w) ** 1.5).sum())

    def gradient(w: Floats) -> Floats:
        return 1.5 * np.sqrt(np.abs(w)) * np.sign(w)

    point = np.array([small, 1.0])
    assert check_gradient(f, gradient, point).verdict != "refuted"
    assert check_gradient(f, lambda w: gradient(w) * 1.01, point).verdict == "refuted"
    assert check_gradient(f, lambda w: gradient(w) * [1.1, 1], point).verdict != "agrees"
    assert check_gradient(f, lambda w: gradient(w) * [10, 1], point).verdict == "refuted"
    assert check_gradient(lambda w: (w**2).sum(), lambda w: 2 * w + [1e-3, 0], point).verdict == "refuted"


SMALL_BESIDE_LARGE: dict[str, tuple[Callable[[Floats], Any], Callable[[Floats], Floats], list[float]]] = {
    "log": (lambda w: np.log(w).sum(), lambda w: 1 / w, [1e-8, 1.0]),
    "w log w": (lambda w: (w * np.log(w)).sum(), lambda w: 1 + np.log(w), [1.0, 1e-6, 1e-9]),
    "root": (lambda w: np.sqrt(w).sum(), lambda w: 0.5 / np.sqrt(w), [1e-5, 300.0]),
    "cube root": (lambda w: np.cbrt(w).sum(), lambda w: np.cbrt(w) / w / 3, [-2e-6, 1.0, 1e-8]),
    "inverse": (lambda w: (1 / w).sum(), lambda w: -1 / w**2, [1e-4, 300.0]),
    "kink": (lambda w: np.abs(w).sum(), np.sign, [1e-7, 1.0]),
}


@pytest.mark.parametrize("name", SMALL_BESIDE_LARGE)
def test_entries_far_below_their_arrays_size_are_followed_on_steps_of_their_own(name: str) -> None:
    f, gradient, entries = SMALL_BESIDE_LARGE[name]
    point = np.array(entries)
    assert check_gradient(blunt(f), gradient, point).verdict == "agrees"
    assert check_gradient(blunt(f), lambda w: 2 * gradient(w), point).verdict == "refuted"
    smallest = int(np.argmin(np.abs(point)))
    for factor in (1.01, -1.0):
        factors = np.where(np.arange(point.size) == smallest, factor, 1.0)
        assert check_gradient(blunt(f), lambda w, factors=factors: factors * gradient(w), point).verdict == "refuted"


def saturated_softmax(z: Floats) -> Any:
    e = np.exp(z - z.max())
    return -np.log(e[0] / e.sum())


def saturated_softmax_gradient(z: Floats) -> Floats:
    e = np.exp(z - z.max())
    p = e / e.sum()
    p[0] -= 1
    return p


SIGNED = np.array([[1.0, -2.0, 0.5, 1.5]])
SATURATED: dict[str, tuple[Any, Any, list[Any]]] = {
    "softmax": (saturated_softmax, saturated_softmax_gradient, [40.0, 0, 0.5]),
    "logsumexp": (
        lambda z: np.logaddexp.reduce(z) - z[0],
        lambda z: np.exp(z - np.logaddexp.reduce(z)) - np.array([1, 0, 0]),
        [133.0, 100, 100.5],
    ),
    "tanh": (lambda a: float((1 - np.tanh(a)).sum()), lambda a: -1 / np.cosh(a) ** 2, [18.0, 19, 20]),
    "logistic": (
        lambda w: float(np.log(1 + np.exp(-np.abs(w[0] * SIGNED))).mean()),
        lambda w: (-np.abs(SIGNED) / (1 + np.exp(np.abs(w[0] * SIGNED)))).mean(axis=1),
        [76.3],
    ),
}


@pytest.mark.parametrize("name", SATURATED)
def test_a_right_gradient_is_not_refuted_where_the_cost_is_lost_beside_what_it_was_made_of(name: str) -> None:
    f, gradient, point = SATURATED[name]
    assert check_gradient(f, gradient, np.array(point)).verdict == "undecided"
    assert check_gradient(f, lambda z: gradient(z) + 1e-6, np.array(point)).verdict == "refuted"


@pytest.mark.parametrize("away", [-1e-3, -0.1, -3.0])
def test_a_wrong_gradient_of_a_dead_unit_is_refuted_though_it_comes_to_life_near_by(away: float) -> None:
    def f(b: Floats) -> float:
        return float(np.maximum(b[0] + 1 + away, 0) + b[1] ** 2)

    point = np.array([-1.0, 0.5])
    assert check_gradient(f, lambda b: np.array([1e-6, 1.0]), point).verdict == "refuted"
    assert check_gradient(f, lambda b: np.array([0.0, 1.0]), point).verdict == "agrees"


def test_a_function_that_is_0_times_its_argument_does_not_change_either() -> None:
    assert check_gradient(lambda x: (0 * x).sum(), lambda x: 0 * x, X3).verdict == "undecided"


def test_a_wrong_0_is_refuted_and_one_at_a_stationary_point_is_right() -> None:
    assert check_gradient(squares, lambda x: 0 * x, X3).verdict == "refuted"
    assert check_gradient(blunt(squares), twice, np.zeros(3)).ok
    assert check_gradient(lambda x: float(np.cos(x).sum()), lambda x: -np.sin(x), np.zeros(2)).ok


def test_one_wrong_entry_of_a_large_array_is_found() -> None:
    W = np.random.default_rng(0).standard_normal((40, 30))

    def wrong(W: Floats) -> Floats:
        result = 2 * W
        result[17, 4] *= 1.5
        return result

    report = check_gradient(squares, wrong, W)
    assert report.verdict == "refuted"
    assert "worst at [17, 4]" in str(report)
    assert check_gradient(squares, twice, W).ok


@pytest.mark.parametrize("seed", range(5))
def test_two_swapped_entries_of_a_large_array_do_not_cancel(seed: int) -> None:
    W = np.random.default_rng(0).standard_normal(400)

    def swapped(W: Floats) -> Floats:
        result = 2 * W
        result[[3, 7]] = result[[7, 3]]
        return result

    assert check_gradient(squares, swapped, W, seed=seed).verdict == "refuted"


@pytest.mark.parametrize("x", [3.0, np.float64(3), np.array(3.0), np.array([[3.0]]), np.array([3.0])])
def test_numbers_and_arrays_of_one_number_are_arguments(x: Any) -> None:
    assert check_gradient(lambda x: x**2, lambda x: 2 * x, x).ok
    assert check_gradient(lambda x: x**2, lambda x: 3 * x, x).verdict == "refuted"


def test_arguments_keep_their_types_and_are_never_changed() -> None:
    seen: list[Any] = []
    W = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    x = np.arange(12.0)[::2]
    W.flags.writeable = x.flags.writeable = False

    def f(W: Floats, x: Floats, a: float) -> float:
        seen.append((type(W), type(a)))
        return float((W**2).sum() + a * squares(x))

    assert check_gradient(f, lambda W, x, a: (2 * W, 2 * a * x, squares(x)), W, x, 3.0).ok
    assert {(np.ndarray, float)} == {types for types in seen if types[0] is np.ndarray}
    np.testing.assert_array_equal(W, np.arange(6.0).reshape(2, 3))


def test_functions_with_a_small_domain_agree_inside_of_it() -> None:
    def f(x: Floats) -> float:
        if x.min() <= 0:
            raise ArithmeticError("not positive")
        return float(np.log(x).sum())

    report = check_gradient(f, lambda x: 1 / x, np.array([1e-3, 1.0, 2.0]))
    assert report.ok
    assert "outside its domain (ArithmeticError: not positive" in str(report)


def test_at_the_edge_of_its_domain_a_function_is_undecided() -> None:
    report = check_gradient(lambda x: float(np.sqrt(x).sum()), lambda x: np.ones(2), np.array([0.0, 1.0]))
    assert report.verdict == "refuted"  # the other entry is 1/2
    report = check_gradient(lambda x: float(np.sqrt(x).sum()), lambda x: np.array([1.0, 0.5]), np.array([0.0, 1.0]))
    assert report.verdict == "undecided"
    assert "could not be followed around this point" in str(report)


# ---- kinks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [-1.0, -0.3, 0.0, 1.0])
def test_at_a_kink_of_one_number_every_slope_between_the_one_sided_ones_is_a_convention(claim: float) -> None:
    report = check_gradient(abs, lambda x: claim, 0.0)
    assert report.ok
    assert "at a kink: the claim lies between the one-sided slopes -1 and 1" in str(report)


@pytest.mark.parametrize("claim", [-1.01, 1.01, 7.0])
def test_at_a_kink_of_one_number_other_slopes_are_refuted(claim: float) -> None:
    assert check_gradient(abs, lambda x: claim, 0.0).verdict == "refuted"


def test_at_a_kink_of_an_array_the_verdict_is_undecided_and_says_where() -> None:
    x = np.array([[1.0, -1.0, 0.0]])
    report = check_gradient(lambda x: float(np.maximum(x, 0).sum()), lambda x: (x > 0) * 1.0, x)
    assert report.verdict == "undecided"
    assert "has a kink here: one-sided slopes 0 and 1 (argument 1 (x), entry [0, 2])" in str(report)


@pytest.mark.parametrize(("claim", "verdict"), [(0, "undecided"), (1, "undecided"), (-1.01, "refuted"), (7, "refuted")])
def test_at_a_kink_of_an_array_a_slope_that_no_convention_gives_is_refuted(claim: float, verdict: str) -> None:
    x = np.array([1.0, 0.0, -2.0])
    report = check_gradient(lambda x: float(np.abs(x).sum()), lambda x: np.where(x == 0, claim, np.sign(x)), x)
    assert report.verdict == verdict
    assert "one-sided slopes -1 and 1 (argument 1 (x), entry [1]); 2 of 3 entries agree" in str(report)


def test_pieces_that_are_each_given_0_at_a_kink_are_a_convention() -> None:
    def f(x: Floats) -> float:
        return float((np.maximum(x, 0) - 0.1 * np.maximum(-x, 0)).sum())

    report = check_gradient(f, lambda x: (x > 0) + 0.1 * (x < 0), np.array([1.0, 0.0, -2.0]))
    assert report.verdict == "undecided"


@pytest.mark.parametrize("claim", [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
def test_subgradients_of_a_tie_are_never_refuted(claim: list[float]) -> None:
    tie = np.ones(2)
    assert check_gradient(lambda x: float(x.max()), lambda x: np.array(claim), tie).verdict == "undecided"
    assert check_gradient(lambda x: float(x.max()), lambda x: np.array([2.0, -1.0]), tie).verdict == "refuted"


def test_at_a_jump_nothing_agrees_whatever_algebra_says() -> None:
    report = check_gradient(lambda x: (x > 0).sum() * 1.0, lambda x: 0 * x, np.zeros(2))
    assert report.verdict == "undecided"
    assert "jumps here" in str(report)


@pytest.mark.parametrize("distance", [1e-3, 1e-5, 1e-7, -1e-3, -1e-5, -1e-7])
def test_a_kink_close_by_does_not_disturb(distance: float) -> None:
    def f(x: Floats) -> float:
        return float((np.maximum(x, 0) + np.sin(x)).sum())

    x = np.array([distance, 1.0])
    right = (x > 0) + np.cos(x)
    assert check_gradient(f, lambda x: right, x).ok
    assert check_gradient(f, lambda x: right + np.array([0.5, 0]), x).verdict == "refuted"


@pytest.mark.parametrize("distance", [1e-9, 1e-10, 1e-11, 1e-12, 0.0])
@pytest.mark.parametrize("slope", [1.0, 1e-2, 1e-4])
def test_a_kink_closer_than_the_steps_is_neither_alarm_nor_agreement_with_the_mean(
    distance: float, slope: float
) -> None:
    def f(x: Floats) -> float:
        return float((slope * np.maximum(x - 1 - distance, 0) + np.sin(x)).sum())

    x = np.array([1.0, 2.0])
    right = np.array([0.0, slope]) + np.cos(x)
    assert check_gradient(f, lambda x: right, x).verdict != "refuted"
    assert check_gradient(f, lambda x: right + np.array([slope / 2, 0]), x).verdict != "agrees"


# ---- what f does wrong -------------------------------------------------------------------------------------------


SCATTERING: dict[str, tuple[Callable[[Floats], Any], Callable[[Floats], Any], list[float]]] = {
    # sin(g(x))' = cos(g(x)) g'(x)
    "an exponential": (lambda x: np.sin(np.exp(40 + x[0])), lambda x: np.cos(np.exp(40 + x)) * np.exp(40 + x), [0.7]),
    "a power": (lambda x: np.cos(x[0] ** 20), lambda x: -np.sin(x**20) * 20 * x**19, [30.0]),
    "a product of powers": (
        lambda x: np.sin(x[0] ** 9 * x[1] ** 11),
        lambda x: np.cos(x[0] ** 9 * x[1] ** 11) * x[0] ** 9 * x[1] ** 11 * np.array([9, 11]) / x,
        [17.0, -23.0],
    ),
    "a fast wave": (lambda x: np.sin(1e10 * x[0]), lambda x: np.cos(1e10 * x) * 1e10, [1.3]),
    "a fast wave of 3 decimals": (lambda x: np.round(np.sin(3e6 * x[0]), 3), lambda x: np.cos(3e6 * x) * 3e6, [15.5]),
    "a slope across waves": (
        lambda x: 100 * x[0] + np.sin(np.exp(40 + x[0])),
        lambda x: 100 + np.cos(np.exp(40 + x)) * np.exp(40 + x),
        [2.0],
    ),
    "waves beside what is steep": (
        lambda x: 1e10 * x[1] + np.cos(np.exp(33 + x[0])),
        lambda x: np.array([-np.sin(np.exp(33 + x[0])) * np.exp(33 + x[0]), 1e10]),
        [2.0, 1.0],
    ),
}
"""Functions whose arguments round to whole periods, or that turn between any two steps: no steps tell their slopes."""


@pytest.mark.parametrize("name", SCATTERING)
@pytest.mark.parametrize("by", [2.0, -1.0, 1.01, 0.0])
def test_a_wrong_gradient_of_what_oscillates_between_the_steps_is_never_passed(name: str, by: float) -> None:
    f, gradient, point = SCATTERING[name]
    assert not check_gradient(blunt(f), lambda x: by * gradient(x), np.array(point)).ok


@pytest.mark.parametrize("name", SCATTERING)
@pytest.mark.parametrize("moved", range(5))
def test_a_right_gradient_of_what_oscillates_between_the_steps_is_undecided(name: str, moved: int) -> None:
    f, gradient, point = SCATTERING[name]
    report = check_gradient(blunt(f), gradient, np.array(point) * (1 + moved / 7))
    assert report.verdict == "undecided"


@pytest.mark.parametrize("moved", range(25))
def test_waves_that_happen_to_look_smooth_on_some_points_are_no_smooth_slope(moved: int) -> None:
    """Points that are equally far apart meet a wave at nearly whole periods for one start in fifteen."""
    f, gradient, point = SCATTERING["a slope across waves"]
    report = check_gradient(blunt(f), gradient, np.array(point) * (1 + moved / 36))
    assert report.verdict == "undecided"


@pytest.mark.parametrize("by", [1.0, -1.0, 0.0])
def test_what_turns_between_the_points_that_show_the_noise_of_single_precision_is_undecided(by: float) -> None:
    x = np.array([4.317796570318746, -5.3, -42.5, -29.4])  # the steps are those of the array's size

    def f(x: Floats) -> float:
        return float(np.float32(np.sin(np.exp(x[0]))))

    right = np.array([np.cos(np.exp(x[0])) * np.exp(x[0]), 0.0, 0.0, 0.0])
    assert check_gradient(f, lambda x: by * right, x).verdict == "undecided"


def test_a_function_that_oscillates_between_the_steps_is_said_to() -> None:
    f, gradient, point = SCATTERING["an exponential"]
    report = check_gradient(blunt(f), gradient, np.array(point))
    assert "f scatters by 0.5 however small the steps are (argument 1)" in str(report)
    assert "it is constant but for rounding, or oscillates between the steps, as sin(exp(40)) does" in str(report)


@pytest.mark.parametrize("speed", [1e4, 1e6])
@pytest.mark.parametrize("by", [2.0, -1.0])
def test_waves_that_the_finest_steps_resolve_are_judged(speed: float, by: float) -> None:
    def f(x: Floats) -> float:
        return float(np.sin(speed * x[0]))

    def gradient(x: Floats) -> Floats:
        return np.cos(speed * x) * speed

    x = np.array([1.3])
    assert check_gradient(f, lambda x: by * gradient(x), x).verdict == "refuted"
    assert check_gradient(f, gradient, x).ok


def test_a_slope_that_would_not_scatter_is_refuted_where_f_does() -> None:
    f, _, point = SCATTERING["an exponential"]
    assert check_gradient(blunt(f), lambda x: 1e4 * x, np.array(point)).verdict == "refuted"


def test_a_sum_that_is_constant_but_for_rounding_does_not_jump() -> None:
    # the sum of a normalized batch is 0 for all x
    def f(x: Floats) -> float:
        return float(((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)).sum())

    report = check_gradient(f, np.zeros_like, np.random.default_rng(0).standard_normal((64, 32)))
    assert report.verdict == "undecided"
    assert "f does not change with argument 1 (x) here, so a gradient of 0 shows nothing" in str(report)
    assert check_gradient(f, np.ones_like, np.random.default_rng(0).standard_normal((64, 32))).verdict == "refuted"


@pytest.mark.parametrize(("by", "verdict"), [(1.0, "agrees"), (2.0, "refuted"), (0.0, "refuted")])
def test_exact_algebra_judges_what_oscillates_between_the_steps(by: float, verdict: str) -> None:
    report = check_gradient(
        lambda x: np.sin(np.exp(40 + x)), lambda x: by * np.cos(np.exp(40 + x)) * np.exp(40 + x), 0.0
    )
    assert report.verdict == verdict


@pytest.mark.parametrize(
    ("by", "verdict"), [(1.0, "undecided"), (2.0, "undecided"), (-1.0, "undecided"), (1e3, "refuted")]
)
def test_right_and_wrong_gradients_are_alike_where_f_has_lost_its_digits(by: float, verdict: str) -> None:
    # √log(1 + e^-w) is e^(-w/2) for large w, and at 36 a root of 1 ulp
    def f(w: float) -> float:
        return float(np.sqrt(np.log(1 + np.exp(-w))))

    assert check_gradient(f, lambda w: -by * np.exp(-w / 2) / 2, 36.0).verdict == verdict


def test_what_is_lost_beside_a_larger_entry_is_undecided_and_a_wrong_larger_entry_is_refuted() -> None:
    # 1 / (e^x + log(1 + e^y)): (-e^x, -sigmoid(y)) f^2, and log(1 + e^-78) is 0 in double precision
    def f(x: Floats) -> float:
        return float(1 / (np.exp(x[0]) + np.log(1 + np.exp(x[1]))))

    def gradient(x: Floats) -> Floats:
        return -(f(x) ** 2) * np.array([np.exp(x[0]), 1 / (1 + np.exp(-x[1]))])

    report = check_gradient(f, gradient, np.array([-52.0, -78.0]))
    assert report.verdict == "undecided"
    assert "f does not change here, but the claim of" in str(report)
    wrong = check_gradient(f, lambda x: gradient(x) * np.array([1.001, 1.0]), np.array([-52.0, -78.0]))
    assert wrong.verdict == "refuted"


def test_what_only_the_complex_step_sees_is_undecided_and_what_it_does_not_see_is_refuted() -> None:
    # (log(1 + e^-x))' = -1 / (1 + e^x), of which nothing is left at 78: 1 + e^-78 is 1
    def f(x: Floats) -> Any:
        return 1e30 * np.log(1 + np.exp(-x)).item()

    def gradient(x: Floats) -> Floats:
        return -1e30 / (1 + np.exp(x))

    report = check_gradient(f, gradient, np.array([78.0]))
    assert report.verdict == "undecided"
    assert "f does not change here, but the claim of -0.000133 may be lost in its rounding" in str(report)
    assert check_gradient(f, lambda x: 2 * gradient(x), np.array([78.0])).verdict == "refuted"


def test_a_random_function_is_undecided_and_shows_both_values() -> None:
    values = iter([0.1, 0.2])
    report = check_gradient(lambda x: next(values), twice, X3)
    assert report.verdict == "undecided"
    assert "f is not deterministic: 0.1 then 0.2 for the same arguments; fix its random seed" in str(report)


def test_a_function_that_changes_while_it_is_looked_at_is_undecided() -> None:
    calls = []

    def f(x: Floats) -> float:
        calls.append(1)
        return float(squares(x)) + (len(calls) > 60)

    assert check_gradient(f, twice, X3).verdict != "agrees"


def test_a_gradient_that_changes_from_call_to_call_is_refuted() -> None:
    factors = iter([2.0, 3.0, 4.0, 5.0])
    report = check_gradient(blunt(squares), lambda x: next(factors) * x, X3)
    assert report.verdict == "refuted"
    assert "is not deterministic" in str(report)


def test_a_function_that_changes_its_argument_is_undecided_and_names_it() -> None:
    def f(a: Floats, W: Floats) -> float:
        W -= 1
        return float(squares(W))

    report = check_gradient(f, lambda a, W: (0 * a, 2 * W), X3, X3)
    assert report.verdict == "undecided"
    assert "f changes argument 2 (W) while it is called" in str(report)


def test_a_gradient_that_changes_its_argument_is_refuted_and_names_it() -> None:
    def grad(x: Floats) -> Floats:
        x *= 2
        return x

    report = check_gradient(squares, grad, X3)
    assert report.verdict == "refuted"
    assert "grad changes argument 1 (x) while it is called" in str(report)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.nan, "f is nan at this point"),
        (-np.inf, "f is -inf at this point"),
        (np.ones((2, 3)), "f returned an array of shape (2, 3), not one number"),
        (1 + 2j, "f returned the complex number (1+2j)"),
        (np.array(1j), "f returned the complex number 1j"),
        ("loss", "f returned the str 'loss', not one number"),
        (None, "f returned None: is a `return` missing?"),
        (True, "f returned the bool True, not one number"),
        ([1.0], "f returned the list [1.0], not one number"),
        (object(), "f returned a object, not one number"),
    ],
)
def test_what_is_not_a_finite_number_is_undecided_and_shown(value: Any, said: str) -> None:
    report = check_gradient(lambda x: value, twice, X3)
    assert report.verdict == "undecided"
    assert said in str(report)


@pytest.mark.parametrize("wrap", [np.array, lambda v: np.array([v]), lambda v: np.array([[v]]), np.float32, float])
def test_results_of_one_entry_are_numbers(wrap: Callable[[Any], Any]) -> None:
    assert check_gradient(lambda x: wrap(squares(x)), twice, X3).verdict == "agrees"


def test_exceptions_at_the_point_are_the_users_own() -> None:
    with pytest.raises(ZeroDivisionError):
        check_gradient(lambda x: 1 / 0, twice, X3)
    with pytest.raises(KeyError, match="missing"):
        check_gradient(squares, lambda x: {}["missing"], X3)


def test_ctrl_c_passes() -> None:
    calls = []

    def f(x: Floats) -> float:
        calls.append(1)
        if len(calls) == 10:
            raise KeyboardInterrupt
        return float(squares(x))

    with pytest.raises(KeyboardInterrupt):
        check_gradient(f, twice, X3)
    assert len(calls) == 10


def test_what_f_prints_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x: Floats) -> float:
        print("loss", squares(x))
        return float(squares(x))

    report = check_gradient(f, twice, X3)
    assert report.ok
    assert capsys.readouterr() == ("loss 14.0\n", "")
    assert "what f prints is shown once" in str(report)


def test_warnings_near_by_do_not_escape() -> None:
    x = np.array([650.0, 1.0])  # exp overflows at the coarse steps
    assert check_gradient(lambda x: np.exp(x).sum(), np.exp, x).ok


def test_nothing_is_shown_in_a_pipe_however_slow() -> None:
    code = """
        import time, numpy as np
        from gradcheck import black_box
        from gradcheck.black_box import check
        check.PATIENCE = 0.0
        report = black_box.check_gradient(lambda x: float((x ** 2).sum()), lambda x: 2 * x, np.ones(2))
        print(report.verdict)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("agrees\n", "")


# ---- what grad does wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (np.ones((3, 1)), "the shape is (3, 1) where (1, 3) is needed: it is the transpose's"),
        (np.ones(3), "the shape is (3,) where (1, 3) is needed: keepdims=True keeps the axis"),
        (np.ones(()), "the shape is () where (1, 3) is needed"),
        (1.0, "the shape is () where (1, 3) is needed"),
        (None, "grad returned None: is a `return` missing?"),
        ("2 * x", "grad returned the str '2 * x', not an array"),
        ([2.0, -4.0, 6.0], "grad returned a list of 3 numbers, not an array: wrap it in np.array(...)"),
        ({"x": 1}, "grad returned the dict {'x': 1}, not an array"),
        (object(), "grad returned a value of type object, not an array of numbers"),
        (np.array([["a", "b", "c"]]), "not an array of numbers"),
        (np.array([[2.0, np.nan, 6.0]]), "1 of 3 entries are not finite; entry [0, 1] is nan"),
        (np.array([[2.0, -4.0, np.inf]]), "entry [0, 2] is inf"),
        (
            np.array([[2, -4, 7]]),
            "worst at [0, 2]: 7 instead of 6; grad returned int64: integers cannot hold fractions",
        ),
        (np.array([[2.0, -4.0, 6.0 + 0j]]), "grad returned complex numbers (complex128)"),
    ],
)
def test_what_grad_returns_wrongly_is_refuted_and_shown(claim: Any, said: str) -> None:
    report = check_gradient(blunt(squares), lambda x: claim, X3[None])
    assert report.verdict == "refuted"
    assert said in str(report)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ((X3,), "grad returned 1 arrays where 2 are needed, one for each argument"),
        (X3, "grad returned one array where a tuple of 2 arrays is needed, one for each argument"),
        ((2 * X3, None), "by argument 2 (b) is refuted\ngrad returned None"),
    ],
)
def test_wrong_counts_are_refuted_with_both(claim: Any, said: str) -> None:
    report = check_gradient(lambda a, b: float(squares(a) + squares(b)), lambda a, b: claim, X3, X3)
    assert report.verdict == "refuted"
    assert said in str(report)


def test_integers_that_are_right_agree_and_lists_of_arrays_are_tuples() -> None:
    assert check_gradient(squares, lambda x: np.array([2, -4, 6]), X3).ok
    assert check_gradient(lambda a, b: squares(a) + squares(b), lambda a, b: [2 * a, 2 * b], X3, X3).ok
    assert check_gradient(squares, lambda x: (2 * x,), X3).ok


# ---- misuse of the call ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "error", "said"),
    [
        ((), TypeError, "at least one"),
        (
            (X3, np.arange(3)),
            TypeError,
            r"argument 2 \(y\) holds integers: .*\.astype\(float\), .* lambda W: f\(W, y\)",
        ),
        ((X3, X3 > 0), TypeError, r"argument 2 \(y\) holds booleans"),
        ((X3, X3 + 1j), TypeError, r"argument 2 \(y\) holds complex numbers"),
        (([1.0, 2.0], X3), TypeError, r"argument 1 \(W\) is a list: convert it with np.array\(..., dtype=float\)"),
        (({"W": X3}, X3), TypeError, r"argument 1 \(W\) is a dict: make f and grad functions of arrays, as in"),
        ((X3, "mean"), TypeError, r"argument 2 \(y\) is the text 'mean': close over it: lambda W: f\(W, y\)"),
        ((X3, 3), TypeError, r"argument 2 \(y\) is the int 3: write 3.0"),
        ((X3, None), TypeError, r"argument 2 \(y\) is None"),
        ((X3.astype(np.float16), X3), TypeError, r"argument 1 \(W\) holds float16"),
        ((np.array([1.0, np.inf]), X3), ValueError, r"argument 1 \(W\) holds inf at \[1\]"),
        ((np.ma.masked_array(X3), X3), TypeError, r"argument 1 \(W\) is a MaskedArray"),
    ],
)
def test_arguments_that_make_no_sense_raise_with_the_cure(args: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        check_gradient(lambda W, y: float(squares(W - y)), lambda W, y: (2 * (W - y), 2 * (y - W)), *args)


def test_what_is_not_a_function_raises() -> None:
    with pytest.raises(TypeError, match="grad is None, not a function"):
        check_gradient(squares, None, X3)  # type: ignore[arg-type]


def test_an_empty_array_leaves_nothing_to_check() -> None:
    report = check_gradient(
        lambda a, b: squares(a) + b.sum(), lambda a, b: (2 * a, np.ones((0, 3))), X3, np.ones((0, 3))
    )
    assert report.verdict == "undecided"
    assert "argument 2 (b) is empty, shape (0, 3): there is nothing to check" in str(report)


# ---- single precision --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hides", [False, True])
def test_single_precision_is_judged_by_its_own_noise(hides: bool) -> None:
    x = np.linspace(0.5, 2, 6, dtype=np.float32)

    def f(x: Floats) -> Any:
        return np.sin(x.astype(np.float32) if hides else x).sum()

    right = check_gradient(f, np.cos, x)
    assert right.ok
    assert 1e-4 < right.resolution < 1e-2
    assert "single precision" in str(right)
    assert check_gradient(f, lambda x: np.cos(x) * np.float32(1.01), x).verdict == "refuted"
    assert check_gradient(f, lambda x: -np.cos(x), x).verdict == "refuted"


# ---- exact algebra -----------------------------------------------------------------------------------------------


def test_code_that_runs_on_symbols_is_proved() -> None:
    report = check_gradient(squares, twice, X3)
    assert "exact algebra: proved for all values at these sizes" in str(report)


def test_a_gradient_that_leaves_out_a_guard_agrees_and_algebra_says_by_how_much_it_differs() -> None:
    # log(p + g)' = 1 / (p + g), so 1 / p is off by g / p: at p = 1/5 by 5 g
    p = np.array([0.2, 0.5])
    report = check_gradient(lambda p: np.log(p + 1e-12).sum(), lambda p: 1 / p, p)
    assert report.verdict == "agrees"
    assert "exact algebra: differs by 5e-12 × the largest entry" in str(report)
    assert check_gradient(lambda p: np.log(p + 1e-4).sum(), lambda p: 1 / p, p).verdict == "refuted"
    report = check_gradient(lambda x: np.log(np.exp(x) + 1e-12).sum(), lambda x: 1 + 0 * x, np.array([0.3, -0.2]))
    assert report.verdict == "agrees"


def test_what_is_right_at_this_point_only_agrees_and_algebra_says_that_it_differs_elsewhere() -> None:
    report = check_gradient(lambda x: (x**2 + np.maximum(x - 0.5, 0)).sum(), twice, np.array([-1.0, 0.25]))
    assert report.verdict == "agrees"
    assert "exact algebra: differs elsewhere, not at this point" in str(report)


def test_a_difference_that_is_lost_in_the_noise_is_refuted_by_algebra() -> None:
    def f(x: Floats) -> Any:
        return 10**12 + (x**2).sum() / 10**9

    report = check_gradient(f, lambda x: 3 * x / 10**9, X3)
    assert report.verdict == "refuted"
    assert "exact algebra finds a difference of 0.5 × the largest entry; f is too noisy here" in str(report)
    assert check_gradient(f, lambda x: 2 * x / (10**9 + 1), X3).verdict == "undecided"


def test_what_numbers_cannot_see_is_proved_by_algebra() -> None:
    report = check_gradient(lambda x: 10**12 + (x**2).sum() / 10**9, lambda x: 2 * x / 10**9, X3)
    assert report.ok
    assert "by exact algebra alone, since f is too noisy here" in str(report)


def test_what_a_function_keeps_of_its_calls_is_numbers_afterwards() -> None:
    class Model:
        seen: Any = None

        def loss(self, x: Floats) -> Any:
            self.seen = x
            return squares(x)

    model = Model()
    assert check_gradient(model.loss, lambda x: 2 * model.seen, X3).ok
    np.testing.assert_array_equal(model.seen, X3)


def test_large_constants_are_not_written_out() -> None:
    data = np.random.default_rng(0).standard_normal((3, 500))
    report = check_gradient(lambda x: squares(x @ data), lambda x: 2 * (x @ data) @ data.T, X3)
    assert report.ok
    assert "exact algebra: not asked (the data are too many to be written out)" in str(report)


# ---- words -------------------------------------------------------------------------------------------------------


def lines(report: GradientReport) -> list[str]:
    return str(report).splitlines()


def test_a_factor_is_named_by_the_one_size_that_it_is() -> None:
    def f(W: Floats, b: Floats) -> float:
        return float(((W.sum(axis=1, keepdims=True) + b) ** 2).sum())

    def wrong(W: Floats, b: Floats) -> tuple[Floats, Floats]:
        delta = 2 * (W.sum(axis=1, keepdims=True) + b)
        return 12 * delta @ np.ones((1, 12)), delta

    W = np.random.default_rng(0).standard_normal((3, 12))
    report = check_gradient(f, wrong, W, np.ones((3, 1)))
    assert lines(report)[0] == "the gradient of f by argument 1 (W) is refuted"
    assert lines(report)[1].startswith(
        "it is 12 × the gradient, 12 being the size of axis 1 of argument 1 (W), shape (3, 12); 36 of 36 entries differ"
    )


@pytest.mark.parametrize(
    ("factor", "said"), [(2.0, "2"), (-1.0, "-1"), (0.5, "1/2"), (-0.25, "-1/4"), (1.2345, "1.2345")]
)
def test_a_factor_is_said(factor: float, said: str) -> None:
    report = check_gradient(blunt(squares), lambda x: factor * 2 * x, X3)
    assert f"it is {said} × the gradient" in str(report)


def test_no_fraction_of_large_terms_is_said_and_no_factor_of_1() -> None:
    x = X3.astype(np.float32)  # √8 is close to 99/35, and to 181/64; √13 is no root of a size
    report = check_gradient(lambda x: (x**2).sum(), lambda x: np.float32(8**0.5) * 2 * x, x)
    assert "it is √8 × the gradient" in str(report)
    report = check_gradient(lambda x: (x**2).sum(), lambda x: np.float32(13**0.5) * 2 * x, x)
    assert "it is 3.61 × the gradient" in str(report) or "it is 3.606 × the gradient" in str(report)
    report = check_gradient(blunt(squares), lambda x: (1 + 4e-6) * 2 * x, X3)
    assert "it is 1.000004 × the gradient" in str(report)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (np.sqrt(3), "it is √3 × the gradient, 3 being the size of argument 1 (x), shape (3,)"),
        (-np.sqrt(3), "it is -√3 × the gradient, 3 being the size of argument 1 (x), shape (3,)"),
        (1 / np.sqrt(8), "it is 1/√8 × the gradient;"),
        (X3, "it is the gradient multiplied by argument 1 (x), entry by entry;"),
        (1 / X3, "it is the gradient divided by argument 1 (x), entry by entry;"),
    ],
)
def test_a_root_of_a_size_and_the_argument_are_said_as_factors(factor: Any, said: str) -> None:
    assert said in str(check_gradient(lambda x: np.exp(x).sum(), lambda x: factor * np.exp(x), X3))


@pytest.mark.parametrize("factor", [1.000004, np.sqrt(13), X3 + 1e-3, -X3])
def test_no_root_no_argument_and_no_1_is_said_that_it_is_not(factor: Any) -> None:
    said = str(check_gradient(lambda x: np.exp(x).sum(), lambda x: factor * np.exp(x), X3))
    assert "refuted" in said
    assert not any(words in said for words in ("√", "entry by entry", "it is 1 ×"))


def test_a_root_is_not_said_of_one_number() -> None:
    # two numbers always have some ratio, and many are close to a root
    assert "√" not in str(check_gradient(lambda x: x**2, lambda x: 2 * np.sqrt(3) * x, 1.3))


def test_a_transpose_is_said() -> None:
    C, W = np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((2, 2))
    report = check_gradient(lambda W: float((C * W**2).sum()), lambda W: (2 * C * W).T, W)
    assert lines(report)[1] == "it is the transpose; 2 of 4 entries differ; worst at [0, 1]: 6 instead of 4"


def test_the_worst_entry_is_shown_with_both_values() -> None:
    report = check_gradient(blunt(squares), lambda x: 2 * x + [0, 0, 1], X3)
    assert lines(report)[1] == "1 of 3 entries differ; worst at [2]: 7 instead of 6"
    assert "seed 0" in lines(report)[2]
    assert f"f called {report.evaluations} times" in lines(report)[2]


def test_a_report_is_true_exactly_if_it_agrees() -> None:
    right, wrong = check_gradient(squares, twice, X3), check_gradient(squares, lambda x: 3 * x, X3)
    assert right
    assert right.ok
    assert not wrong
    assert not wrong.ok
    assert repr(wrong) == f"<{': '.join(lines(wrong)[:2])}>"
    assert lines(right)[0] == "the gradient of squares agrees: argument 1 (x) to 1e-06"


def test_the_same_seed_gives_the_same_report() -> None:
    W = np.random.default_rng(0).standard_normal((20, 20))
    reports = [check_gradient(squares, lambda W: 2.01 * W, W, seed=seed) for seed in (1, 1, 2)]
    assert reports[0] == reports[1]
    assert [report.verdict for report in reports] == ["refuted"] * 3
