"""Property tests of hand-written backward passes: Hypothesis draws sizes, seeds and scales, check_gradient judges.

The arrays are declared as in a derivation, so a test of a backward pass is five lines, and sees the points that every
derivation sees: draws, pairwise distinct sizes, every size 1, zeros, equal entries, saturated, tiny and huge arrays.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase

from gradcheck.black_box import GradientReport
from gradcheck.graph import Array, Input
from gradcheck.sampling import choices
from gradcheck.sampling.point import Point

Test = Callable[..., Any]

EXAMPLES = 25
"""How many points Hypothesis draws beside the named ones; each takes dozens of calls for every entry."""
ENTRIES_SHOWN = 12
"""Arrays are shown with all their entries if these are so few in all."""


class GivenGradientsError(TypeError):
    """A test that given_gradients cannot run: what is wrong, and the cure."""


def given_gradients(
    *inputs: Array, settings: hypothesis.settings | None = None
) -> Callable[[Test], Callable[..., None]]:
    """Make a property test of a function that returns what check_gradient says of the arrays it is given.

        n, m = dims("n m")

        @given_gradients(real("X", m, n), real("y", m), real("w", n))
        def test_least_squares(X, y, w):
            return check_gradient(lambda w: cost(X, y, w), lambda w: cost_gradient(X, y, w), w)

    inputs: arrays as in a derivation, made by real, positive, unit, bits or one_hot. The test is called with NumPy
    arrays of these names and may have other arguments, such as pytest's fixtures. It returns one report or several.
    settings: Hypothesis'; without them 25 points are drawn, with no deadline.

    The test fails with the report and the arrays if a gradient is refuted, at the smallest point that Hypothesis finds.
    It fails, too, if no point decided anything: those that are undecided, such as those on a kink, prove nothing.

    Raises GivenGradientsError for what are no inputs, and for names that the test does not take.
    """
    declared = [_input(node) for node in inputs]
    if not declared:
        raise GivenGradientsError("given_gradients() declares no array: write given_gradients(real('W', n, m))")
    if settings is None:
        ignored = [HealthCheck.function_scoped_fixture]
        settings = hypothesis.settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=ignored)
    # Hypothesis would explain failures by lines of code that only failing points run: of ours, and slowly.
    phases = [phase for phase in settings.phases if phase is not Phase.explain]
    quiet = hypothesis.settings(settings, phases=phases)
    return lambda test: _property(test, declared, quiet)


def _input(node: Any) -> Input:
    if not isinstance(node, Input):
        cure = "declare arrays as in a derivation: real('W', n, m), bits('Y', m)"
        raise GivenGradientsError(f"{node!r} is not an input array; {cure}")
    return node


def _property(test: Test, inputs: Sequence[Input], settings: hypothesis.settings) -> Callable[..., None]:
    signature = inspect.signature(test)
    names = {node.name for node in inputs}
    missing = names - signature.parameters.keys()
    if missing:
        raise GivenGradientsError(f"{test.__name__}{signature} has no argument {', '.join(sorted(missing))}")
    seen: list[str] = []
    others = [parameter for name, parameter in signature.parameters.items() if name not in names]
    judged = _judged(test, inputs, others, seen)
    drawn = settings(hypothesis.given(point=choices.points(*inputs))(judged))
    named = hypothesis.given(point=choices.points(*inputs))(judged)
    for example in (*choices.named_points(inputs), *choices.hard_points(inputs)):
        named = hypothesis.example(point=example)(named)
    named = hypothesis.settings(settings, phases=[Phase.explicit])(named)

    @functools.wraps(drawn)
    def run(*args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        seen.clear()
        drawn(*args, **kwargs)  # first, for what is refuted here is shrunk
        named(*args, **kwargs)
        if all(seen):
            raise AssertionError(f"none of {len(seen)} points decided anything; the last:\n{seen[-1]}")

    return run


def _judged(
    test: Test, inputs: Sequence[Input], others: Sequence[inspect.Parameter], seen: list[str]
) -> Callable[..., None]:
    """The test of one point. others: its parameters that are no arrays. seen: takes "" or what was undecided there."""

    @functools.wraps(test)
    def judged(*args: Any, point: Point, **kwargs: Any) -> None:
        __tracebackhide__ = True
        entries = point.values(inputs)
        values = {node.name: entries[node.key] for node in inputs}
        given = {parameter.name: arg for parameter, arg in zip(others, args, strict=False)}
        said = _reports(test(**given, **values, **kwargs), test.__name__)
        at = f"at {point}{_shown(values)}"
        for report in said:
            if report.verdict == "refuted":
                raise _Refuted(report, at)
        seen.extend("" if report.ok else f"{report}\n{at}" for report in said)

    # Hypothesis looks for the source of what is called <lambda>, and calls it _lambda_ where it needs a name.
    judged.__name__ = test.__name__.replace("<lambda>", "_lambda_")
    point = inspect.Parameter("point", inspect.Parameter.KEYWORD_ONLY)
    judged.__signature__ = inspect.Signature([*others, point])  # type: ignore[attr-defined]
    return judged


class _Refuted(AssertionError):
    """A gradient is refuted at a point. Its text, for which a correction is searched, is made only where it is read."""

    def __str__(self) -> str:
        return "{}\n{}".format(*self.args)


def _reports(said: Any, name: str) -> list[GradientReport]:
    reports = list(said) if isinstance(said, (list, tuple)) else [said]
    if not reports or any(not isinstance(report, GradientReport) for report in reports):
        cure = "write `return check_gradient(f, grad, …)`"
        raise GivenGradientsError(f"{name} returned {said!r}, not what check_gradient says: {cure}")
    return reports


def _shown(values: Mapping[str, Any]) -> str:
    if sum(value.size for value in values.values()) > ENTRIES_SHOWN:
        return ""
    texts = (f"{name} = {np.array2string(value, separator=', ')}" for name, value in values.items())
    return f": {'; '.join(texts)}"
