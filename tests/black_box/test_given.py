"""Property tests of hand-written backward passes, as pytest runs them: wrong ones fail with the smallest point."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest
from hypothesis import assume, settings

from gradcheck import bits, check_gradient, dims, given_gradients, positive, real
from gradcheck.black_box.given import GivenGradientsError
from gradcheck.notation import relu

n, m = dims("n m")
FEW = settings(max_examples=5, deadline=None, database=None)
QUICK = settings(max_examples=1, deadline=None, database=None)


def cost(X, y, w):
    return ((X @ w - y) ** 2).sum() / (2 * len(y))


def slope(X, y, w):
    return X.T @ (X @ w - y) / len(y)


@given_gradients(real("X", m, n), real("y", m), real("w", n), settings=FEW)
def test_a_right_backward_pass_passes(X, y, w):
    return check_gradient(lambda w: cost(X, y, w), lambda w: slope(X, y, w), w)


@given_gradients(bits("t", m), positive("p", m), settings=QUICK)
def test_arrays_lie_in_their_domains_and_several_reports_may_be_returned(t, p):
    assert set(t) <= {0.0, 1.0}
    assert np.all(p > 0)
    right = check_gradient(lambda p: (t * np.log(p)).sum() + p.sum(), lambda p: t / p + 1, p)
    return right, check_gradient(lambda p: (p**2).sum(), lambda p: 2 * p, p)


@given_gradients(real("x", n))
def test_other_arguments_are_fixtures(tmp_path, x):
    assert tmp_path.exists()
    return check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, x)


class TestMethods:
    @given_gradients(real("x", n), settings=QUICK)
    def test_methods_are_tests_too(self, x):
        return check_gradient(lambda x: (x**3).sum(), lambda x: 3 * x**2, x)


def failing(make, *inputs, **options):
    with pytest.raises(AssertionError) as info:
        given_gradients(*inputs, settings=settings(FEW, max_examples=25, **options))(make)()
    return str(info.value)


def test_a_wrong_one_fails_at_the_smallest_point_with_its_arrays():
    def lost_mean(X, y, w):
        return check_gradient(lambda w: cost(X, y, w), lambda w: X.T @ (X @ w - y), w)

    message = failing(lost_mean, real("X", m, n), real("y", m), real("w", n))
    assert "it is 2 × the gradient" in message
    assert "\nat m=2, n=1, seed " in message
    assert "w = [" in message


def test_a_mistake_that_only_a_hard_point_shows_is_found():
    def right_below_100(w):
        return check_gradient(lambda w: (w**2).sum(), lambda w: np.where(np.abs(w) < 1000, 2 * w, w), w)

    assert "·1e6, seed 1" in failing(right_below_100, real("w", n))


def test_an_activation_forgotten_in_one_place_is_found():
    def backward(W, X):
        return check_gradient(lambda W: np.tanh(W @ X).sum(), lambda W: np.ones((len(W), X.shape[1])) @ X.T, W)

    assert "argument 1 (W) is refuted" in failing(backward, real("W", m, n), real("X", n, m))


def test_a_test_that_decides_nothing_fails():
    def constant(x):
        return check_gradient(lambda x: 1.0, lambda x: 0 * x, x)

    message = failing(constant, real("x", n))
    assert "points decided anything; the last:" in message
    assert "does not change with argument 1 (x)" in message


def test_kinks_at_some_points_are_no_failures():
    def rectified(x):
        return check_gradient(lambda x: np.maximum(x, 0).sum(), lambda x: 1.0 * (x > 0), x)

    given_gradients(real("x", n), settings=FEW)(rectified)()


@pytest.mark.parametrize("said", [None, True, [], "agrees", [True]])
def test_a_test_that_returns_no_report_is_told_so(said):
    with pytest.raises(GivenGradientsError, match=r"write `return check_gradient\(f, grad, …\)`"):
        given_gradients(real("x", n), settings=QUICK)(lambda x: said)()


def test_misuse_is_named_with_the_cure():
    with pytest.raises(GivenGradientsError, match="declares no array"):
        given_gradients()
    with pytest.raises(GivenGradientsError, match="is not an input array; declare arrays as in a derivation"):
        given_gradients(relu(real("x", n)))
    with pytest.raises(GivenGradientsError, match=r"\(x\) has no argument W, b"):
        given_gradients(real("W", n), real("x", n), real("b", n))(lambda x: None)


def test_points_can_be_excluded():
    def norm(x):
        assume(x.any())
        return check_gradient(np.linalg.norm, lambda x: x / np.linalg.norm(x), x)

    given_gradients(real("x", n), settings=FEW)(norm)()


def test_an_exception_of_the_test_is_shown_as_it_is():
    def broken(x):
        return x.no_such_thing

    with pytest.raises(AttributeError, match="no_such_thing"):
        given_gradients(real("x", n), settings=QUICK)(broken)()


def test_pytest_shows_the_report_and_not_the_insides(pytester):
    text = """
        from gradcheck import check_gradient, dims, given_gradients, real

        n, m = dims("n m")

        @given_gradients(real("W", m, n), real("x", n))
        def test_wrong(W, x):
            return check_gradient(lambda W: ((W @ x) ** 2).sum(), lambda W: W @ x[:, None] @ x[None], W)
    """
    pytester.makepyfile(textwrap.dedent(text))
    result = pytester.runpytest_subprocess("-q")
    result.assert_outcomes(failed=1)
    out = result.stdout.str()
    assert "the gradient of f by argument 1 (W) is refuted" in out
    assert "it is 0.5 × the gradient" in out or "it is 1/2 × the gradient" in out
    assert "entries = point.values" not in out
