"""The ladder's derivative, its error bar and its verdicts: first what has to be refused, then what has to be right."""

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gradcheck.numerics.richardson import LEVELS, SINGLE, Estimate, bend, derivative, nodes
from gradcheck.tolerances import RESOLUTION, SAFETY

Floats = NDArray[np.float64]
Extended = NDArray[np.longdouble]
T = nodes()
CASES = 64  # random functions in one stack
AGREES, REFUTED, UNRESOLVED = range(3)


@pytest.fixture(autouse=True)
def _no_warning_escapes() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def estimate(function: Callable[[Floats], Floats]) -> Estimate:
    with np.errstate(all="ignore"):
        samples = function(T)
    return derivative(samples)


def judge(found: Estimate, claim: Floats, scale: Floats) -> NDArray[np.int64]:
    """What an estimate is good for: is a claim off by more than 10 error bars and 1e-6, or are these beyond 1%?"""
    with np.errstate(all="ignore"):
        bar = SAFETY * found.error
        wrong = np.isfinite(bar) & ~(np.abs(found.value - claim) <= bar + 1e-6 * scale)
        resolved = np.isfinite(bar) & (bar <= RESOLUTION * scale)
    return np.where(wrong, REFUTED, np.where(resolved, AGREES, UNRESOLVED))


def verdict(found: Estimate, claim: float) -> int:
    return int(judge(found, np.asarray(claim), np.maximum(np.abs(found.value), abs(claim))))


def sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def mark_crossed_kink(samples: Floats, kink: float) -> Floats:
    """What a caller does that sees the graph: NaN at all samples whose level reaches over the kink."""
    return np.where(np.abs(T) >= abs(kink), np.nan, samples)


SMOOTH: dict[str, tuple[Callable[[Floats], Floats], float]] = {
    "sin": (lambda t: np.sin(1.3 + t), float(np.cos(1.3))),
    "exp": (lambda t: np.exp(2 * t), 2.0),
    "steep exp, overflowing at the coarse steps": (lambda t: np.exp(3e4 * t), 3e4),
    "tanh": (lambda t: np.tanh(0.3 - 5 * t), float(-5 / np.cosh(0.3) ** 2)),
    "linear": (lambda t: 2 + 3 * t, 3.0),
    "quadratic": (lambda t: 2 - 3 * t + 5 * t * t, -3.0),
    "log, whose domain ends at t = -0.001": (lambda t: np.log(1e-3 + t), 1e3),
    "tiny": (lambda t: 1e-290 * np.sin(1 + t), 1e-290 * float(np.cos(1))),
    "huge": (lambda t: 1e290 * np.sin(1 + t), 1e290 * float(np.cos(1))),
    "saturated from below": (lambda t: sigmoid(t - 40), float(1 / (2 + np.exp(40.0) + np.exp(-40.0)))),
    "small slope on a large value": (lambda t: 1 + 1e-5 * np.sin(t), 1e-5),
    "fast": (lambda t: np.sin(1e6 * t + 0.357), 1e6 * float(np.cos(0.357))),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("factor", [1 + 1e-5, 1 - 1e-5, -1.0, 2.0, 0.5, 0.0, -7.0, np.nan, np.inf])
def test_wrong_claim_is_refuted(name: str, factor: float) -> None:
    function, slope = SMOOTH[name]
    found = estimate(function)
    assert judge(found, np.asarray(slope * factor), np.abs(found.value)) == REFUTED


@pytest.mark.parametrize("name", SMOOTH)
def test_right_claim_agrees_and_the_error_bar_covers_the_error(name: str) -> None:
    function, slope = SMOOTH[name]
    found = estimate(function)
    assert verdict(found, slope) == AGREES
    assert abs(found.value - slope) <= found.error
    assert found.noise >= 0


@pytest.mark.parametrize("frequency", [1e5, 1e6, 1e7, 1e8, 1e9, 1e11])
def test_aliasing_coarse_steps_do_not_pass_for_the_derivative(frequency: float) -> None:
    found = estimate(lambda t: np.sin(frequency * t + 0.357))
    slope = frequency * np.cos(0.357)
    # Beyond 1e8 even the finest step covers more than a radian: the error bar has to be about as large as the slope.
    assert found.error >= 0.9 * abs(found.value - slope)
    assert verdict(found, slope) == (AGREES if frequency <= 1e7 else UNRESOLVED)


@pytest.mark.parametrize("kink", [0.1, 1e-3, -1e-5])
@pytest.mark.parametrize(
    ("claim", "expected"), [(0.25, AGREES), (0.25 + 1e-5, REFUTED), (0.75, REFUTED), (1.25, REFUTED)]
)
def test_levels_marked_for_a_kink_say_nothing(kink: float, claim: float, expected: int) -> None:
    samples = np.sin(0.25 * T) + np.maximum(T - kink, 0) - np.maximum(-kink, 0) - (T if kink < 0 else 0)
    found = derivative(mark_crossed_kink(samples, kink))
    assert verdict(found, claim) == expected


def test_unmarked_kink_near_by_only_costs_levels() -> None:
    found = estimate(lambda t: np.sin(0.25 * t) + np.maximum(t - 1e-3, 0))
    assert verdict(found, 0.25) == AGREES
    assert verdict(found, 1.25) == REFUTED


def test_kink_next_to_the_point_is_not_averaged_over() -> None:
    found = estimate(lambda t: np.sin(t) + np.maximum(t - 1e-10, 0))  # the ladder alone would say 1.5
    assert abs(found.value - 1) <= found.error
    assert verdict(found, 1.5) != AGREES


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [0.0, 2.0**-40, 2.0**-38, 2.0**-29, -(2.0**-25)])
def test_too_few_levels_or_a_bad_noise_point_leave_it_unresolved(bad: float, where: float) -> None:
    found = derivative(np.where(where == T, bad, np.sin(1 + T)))
    assert np.isnan(found.value)
    assert np.isnan(found.noise)
    assert found.error == np.inf
    assert verdict(found, 1.0) == UNRESOLVED
    assert judge(found, np.asarray(np.nan), np.asarray(1.0)) == UNRESOLVED


def test_three_levels_are_enough() -> None:
    found = derivative(mark_crossed_kink(np.sin(1 + T), 2.0**-24))
    assert abs(found.value - np.cos(1)) <= found.error < 1e-5


def test_bad_level_drops_the_coarser_ones_but_not_the_finer_ones() -> None:
    samples, garbled = np.sin(1 + T), np.sin(1 + T)
    samples[3] = np.nan
    garbled[:4], garbled[LEVELS : LEVELS + 3] = np.nan, 1e30
    for dropped, same in zip(_fields(derivative(samples)), _fields(derivative(garbled)), strict=True):
        np.testing.assert_array_equal(dropped, same)


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda t: sigmoid(40 + t), float(np.exp(-40.0))),
        (lambda t: sigmoid(36 + t), float(np.exp(-36.0))),
        (lambda t: sigmoid(30 + t), float(np.exp(-30.0))),
        (lambda t: np.tanh(20 + t), float(4 * np.exp(-40.0))),
        (lambda t: np.log(1 - sigmoid(30 + t)), -1.0),
        (lambda t: np.log(1 - sigmoid(20 + t)), -1.0),
        (lambda t: -np.log(sigmoid(30 + t)), -float(np.exp(-30.0))),
        (lambda t: (1e8 + t) - 1e8, 1.0),
        (lambda t: (1e8 + 1.1 * t) - 1e8, 1.1),
    ],
)
def test_saturation_never_refutes_the_right_claim(function: Callable[[Floats], Floats], slope: float) -> None:
    found = estimate(function)
    assert abs(found.value - slope) <= found.error
    assert verdict(found, slope) != REFUTED


def test_saturated_sigmoid_is_unresolved_rather_than_agreed() -> None:
    found = estimate(lambda t: sigmoid(40 + t))
    for factor in (1.0, -7.0):  # an absolute tolerance would pass both
        assert verdict(found, factor * float(np.exp(-40.0))) == UNRESOLVED


def test_constant_by_lost_digits_is_taken_for_a_constant() -> None:
    """A limit, not a virtue: no sample shows that log(1 - a) would vary if 1 - a had not lost its digits."""
    found = estimate(lambda t: np.log(1 - sigmoid(36 + t)))
    assert found.value == 0
    assert verdict(found, -1.0) == REFUTED


def test_large_offset_is_within_the_error_bar() -> None:
    found = estimate(lambda t: 1e8 + 1e-3 * t)
    assert abs(found.value - 1e-3) <= found.error < 1e-5


def test_single_precision_values_get_the_error_bar_of_single_precision() -> None:
    found = estimate(lambda t: np.sin(1 + t).astype(np.float32).astype(np.float64))
    assert abs(found.value - np.cos(1)) <= found.error < 1e-3
    assert found.noise > 1e-8


@pytest.mark.parametrize("constant", [3.0, -1e8, 1e-300])
def test_constant_has_slope_zero_up_to_rounding(constant: float) -> None:
    found = estimate(lambda t: np.full_like(t, constant))
    assert found.value == 0
    assert 2e-16 * abs(constant) <= found.error <= 1e-13 * abs(constant)
    assert verdict(found, 0.0) == UNRESOLVED
    assert verdict(found, 1e-5 * abs(constant)) == REFUTED


def test_zero_function_is_exact() -> None:
    found = estimate(np.zeros_like)
    np.testing.assert_array_equal(_fields(found), 0)
    assert verdict(found, 0.0) == AGREES
    assert verdict(found, 1e-300) == REFUTED


@pytest.mark.parametrize("name", ["linear", "quadratic"])
def test_polynomials_have_an_error_bar_of_rounding_size(name: str) -> None:
    found = estimate(SMOOTH[name][0])
    assert 0 < found.error < 1e-12


def test_nodes_are_exact_and_symmetric() -> None:
    assert T.shape == (2 * LEVELS + 9,)
    np.testing.assert_array_equal(T[:LEVELS], 0.125 * 0.25 ** np.arange(LEVELS))
    np.testing.assert_array_equal(np.sort(T), np.sort(-T))
    assert np.count_nonzero(T == 0) == 1


@pytest.mark.parametrize("levels", [7, 10, 14, 17])
def test_other_ladders_work(levels: int) -> None:
    found = derivative(np.sin(1 + nodes(levels)))
    assert abs(found.value - np.cos(1)) <= found.error < 1e-9


@pytest.mark.parametrize("levels", [-1, 0, 6, 18])
def test_ladder_of_unfit_length_is_rejected(levels: int) -> None:
    with pytest.raises(ValueError, match="levels"):
        nodes(levels)


@pytest.mark.parametrize("shape", [(), (0,), (9,), (36,), (38, 2)])
def test_samples_of_other_nodes_are_rejected(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        derivative(np.zeros(shape))


def _fields(found: Estimate) -> tuple[Floats, Floats, Floats]:
    return found.value, found.error, found.noise


def _random_functions(seed: int, log_frequency: float) -> tuple[Floats, Extended]:
    """Samples ``(K, CASES)`` and derivatives (in extended precision) of random sums of analytic terms a g(b t + c)."""
    rng = np.random.default_rng(seed)
    samples, slopes = np.zeros((len(T), CASES)), np.zeros(CASES, np.longdouble)
    terms: list[tuple[Callable[..., Floats], Callable[..., Extended]]] = [
        (np.sin, np.cos),
        (np.exp, np.exp),
        (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
        (lambda x: x**3 - 2 * x**2 + x, lambda x: 3 * x**2 - 4 * x + 1),
    ]
    for function, slope in terms:
        a = rng.standard_normal(CASES) * 10 ** rng.uniform(-6, 6, CASES) * (rng.random(CASES) < 0.7)
        b = rng.standard_normal(CASES) * 10 ** rng.uniform(-1, log_frequency, CASES)
        c = rng.standard_normal(CASES)
        with np.errstate(all="ignore"):
            samples += a * function(b * T[:, None] + c)
        slopes += a.astype(np.longdouble) * b * slope(c.astype(np.longdouble))
    return samples, slopes


@given(seed=st.integers(0, 2**32 - 1), log_frequency=st.floats(0, 6))
def test_error_bar_covers_the_error_of_analytic_functions(seed: int, log_frequency: float) -> None:
    samples, slopes = _random_functions(seed, log_frequency)
    found = derivative(samples)
    error = np.abs(found.value - slopes)
    # The bar is an estimate from few samples of noise: one in a thousand falls short, hardly ever by more than a few.
    assert np.count_nonzero(error > found.error) <= 3
    codes = judge(found, slopes.astype(np.float64), np.abs(found.value))
    assert not np.any(codes == REFUTED)


@given(seed=st.integers(0, 2**32 - 1), log_frequency=st.floats(0, 2))
def test_what_agrees_would_not_agree_with_a_wrong_sign_or_factor(seed: int, log_frequency: float) -> None:
    samples, slopes = _random_functions(seed, log_frequency)
    found, claim = derivative(samples), slopes.astype(np.float64)
    agrees = judge(found, claim, np.abs(found.value)) == AGREES
    nonzero = agrees & (claim != 0)
    for factor in (-1, 0, 0.5, 2):
        assert np.all(judge(found, factor * claim, np.abs(found.value))[nonzero] == REFUTED)


@given(seed=st.integers(0, 2**32 - 1))
def test_components_are_independent(seed: int) -> None:
    samples, _ = _random_functions(seed, 4.0)
    samples[:, 0] = np.nan
    samples[2, 1] = np.inf
    stacked = derivative(samples.reshape(len(T), CASES // 8, 2, 4))
    assert stacked.value.shape == stacked.error.shape == stacked.noise.shape == (CASES // 8, 2, 4)
    for k in range(0, CASES, 7):
        for together, alone in zip(_fields(stacked), _fields(derivative(samples[:, k])), strict=True):
            assert alone.shape == ()
            np.testing.assert_array_equal(together.reshape(-1)[k], alone)


@given(seed=st.integers(0, 2**32 - 1), exponent=st.integers(-100, 100))
def test_rescaled_function_gets_the_rescaled_estimate(seed: int, exponent: int) -> None:
    samples, _ = _random_functions(seed, 2.0)
    factor = 2.0**exponent
    for scaled, plain in zip(_fields(derivative(factor * samples)), _fields(derivative(samples)), strict=True):
        np.testing.assert_array_equal(scaled, factor * plain)


def test_no_components_are_no_problem() -> None:
    found = derivative(np.zeros((len(T), 0, 3)))
    assert found.value.shape == found.error.shape == (0, 3)


# ---- the change of slope -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [1.0, -2.0, 1e-3, 1e-5])
def test_a_kink_at_the_point_shows_as_a_change_of_slope(change: float) -> None:
    found = bend(np.sin(1 + T) + change * np.maximum(T, 0))
    assert abs(found.value - change) <= found.error < abs(change) / 10


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions_have_no_change_of_slope(name: str) -> None:
    with np.errstate(all="ignore"):
        samples = SMOOTH[name][0](T)
    found = bend(samples, derivative(samples).noise)
    assert abs(found.value) <= found.error


def test_a_kink_that_finer_steps_do_not_reach_is_no_change_of_slope() -> None:
    found = bend(np.sin(T) + np.maximum(T - 1e-4, 0))
    assert abs(found.value) <= found.error < 1e-5


# ---- other precisions --------------------------------------------------------------------------------------------


def test_single_precision_has_a_ladder_of_its_own() -> None:
    t = nodes(precision=SINGLE)
    found = derivative(np.sin(np.float32(1) + t.astype(np.float32)), precision=SINGLE)
    assert abs(found.value - np.cos(1)) <= found.error < 1e-4
    np.testing.assert_array_equal(t, t.astype(np.float32))


@pytest.mark.parametrize("z", [9.3, 10.7, 11.9, 12.4, 13.1])
def test_small_values_made_of_large_ones_have_the_noise_of_the_large_ones(z: float) -> None:
    # log(1 + e^-z) is a multiple of about eps, far coarser than its own ulp.
    found = estimate(lambda t: np.log(1 + np.exp(-(z + z * t))))
    assert abs(found.value + z / (1 + np.exp(z))) <= found.error
    assert found.noise > 1e-17
