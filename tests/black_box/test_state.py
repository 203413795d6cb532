"""What functions keep between calls: first what must not pass for the same, then what is put back, then what is not."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.black_box.state import State, TooMuchKept

TOTAL: Any = 0.0
"""What `keeps_a_global` keeps."""


def keeps_a_global(x: Any) -> Any:
    global TOTAL
    TOTAL = x
    return x


def keeps_in_a_cell() -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    kept = 0.0

    def write(x: Any) -> Any:
        nonlocal kept
        kept = x
        return x

    return write, lambda: kept


class Part:
    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept: Any = 0.0


class Layer:
    shared: Any = 0.0

    def __init__(self) -> None:
        self.kept: Any = 0.0
        self.cache: dict[str, Any] = {}
        self.history: list[Any] = []
        self.recent: deque[Any] = deque(maxlen=3)
        self.part = Part()
        self.buffer = np.zeros(3)

    def attribute(self, x: Any) -> None:
        self.kept = x

    def new_attribute(self, x: Any) -> None:
        self.other = x

    def key(self, x: Any) -> None:
        self.cache["x"] = x

    def item(self, x: Any) -> None:
        self.history.append(x)

    def last(self, x: Any) -> None:
        self.recent.append(x)

    def slot(self, x: Any) -> None:
        self.part.kept = x

    def of_the_class(self, x: Any) -> None:
        type(self).shared = x

    def in_place(self, x: Any) -> None:
        self.buffer += x


METHODS = ["attribute", "new_attribute", "key", "item", "last", "slot", "of_the_class", "in_place"]


def state(*functions: Any) -> State:
    return State(functions, 1000)


def shown(layer: Layer) -> str:
    """All that a layer keeps, as a text."""
    return repr(vars(layer) | {"part": layer.part.kept, "shared": Layer.shared})


@pytest.mark.parametrize("name", METHODS)
def test_what_a_method_keeps_is_seen_and_put_back(name: str) -> None:
    layer = Layer()
    write = getattr(layer, name)
    before, looks = state(write), shown(layer)
    assert before.same_as(state(write))
    write(np.ones(3))
    assert not before.same_as(state(write))
    before.restore()
    assert before.same_as(state(write))
    assert shown(layer) == looks


def test_globals_cells_defaults_and_partials_are_seen_and_put_back() -> None:
    write, read = keeps_in_a_cell()

    def default(x: Any, kept: list[Any] = []) -> None:  # noqa: B006, the mistake that is looked for
        kept.append(x)

    box: list[Any] = []
    calls = [keeps_a_global, write, default, functools.partial(lambda box, x: box.append(x), box)]
    for call in calls:
        before = state(call)
        call(1.5)
        assert not before.same_as(state(call))
        before.restore()
        assert before.same_as(state(call))
    assert (TOTAL, read(), box) == (0.0, 0.0, [])


def test_a_value_that_is_kept_again_is_the_same_though_in_another_array() -> None:
    layer = Layer()
    layer.attribute(np.arange(3.0))
    before = state(layer.attribute)
    layer.attribute(np.arange(3.0))
    assert before.same_as(state(layer.attribute))
    layer.attribute(np.arange(3.0) + 1e-15)
    assert not before.same_as(state(layer.attribute))


def test_libraries_are_not_entered_and_what_is_too_much_says_so() -> None:
    assert state(np.linalg.inv, np.exp, Layer).same_as(state(np.linalg.inv, np.exp, Layer))
    many = [[i] for i in range(10_000)]
    with pytest.raises(TooMuchKept, match="objects are kept"):
        state(lambda: many)
    with pytest.raises(TooMuchKept, match="too many to be written out"):
        State([lambda: data], 10)


data = np.zeros(11)


# ---- what check_gradient makes of it -----------------------------------------------------------------------------

X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0]])
POINT = np.ones(2)


class Model:
    """Sums its gradients, or not."""

    def __init__(self) -> None:
        self.dW: Any = 0.0
        self.calls = 0

    def cost(self, W: Any) -> Any:
        return ((X @ W) ** 2).sum()

    def cost_and_reset(self, W: Any) -> Any:
        self.dW = 0.0
        return self.cost(W)

    def summed(self, W: Any) -> Any:
        self.dW = self.dW + 2 * X.T @ (X @ W)
        return self.dW

    def kept(self, W: Any) -> Any:
        self.dW = 2 * X.T @ (X @ W)
        return self.dW

    def counted(self, W: Any) -> Any:
        self.calls += 1
        return self.kept(W)


def test_a_gradient_that_is_summed_over_calls_is_refuted_and_its_sum_stays_a_number() -> None:
    model = Model()
    report = check_gradient(model.cost, model.summed, POINT)
    assert report.verdict == "refuted"
    assert "summed is not deterministic: it differs from call to call; is a sum kept" in str(report)
    assert model.dW.dtype == float


def test_what_f_sets_to_0_before_each_call_is_no_sum_over_calls() -> None:
    model = Model()
    assert check_gradient(model.cost_and_reset, model.summed, POINT).ok


def test_no_symbols_are_left_behind() -> None:
    model = Model()
    report = check_gradient(model.cost, model.kept, POINT)
    assert report.ok
    assert "proved" in report.exact
    assert model.dW.dtype == float


def test_what_counts_its_calls_is_not_traced() -> None:
    model = Model()
    report = check_gradient(model.cost, model.counted, POINT)
    assert report.ok
    assert report.exact == "not asked (f or grad keeps what changes from call to call)"
    assert model.dW.dtype == float


def test_a_gradient_that_is_an_array_at_first_and_none_later_is_refuted() -> None:
    answers = iter([2 * X.T @ (X @ POINT)])
    report = check_gradient(Model().cost, lambda W: next(answers, None), POINT)
    assert report.verdict == "refuted"
