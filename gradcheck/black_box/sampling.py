"""Calls somebody's function many times and lets nothing of it leak.

Every call gets fresh copies of the arguments. Away from the point itself, an exception is a sample outside of the
function's domain, warnings are expected, and what the function prints has been read before: all three are only counted.
"""

from __future__ import annotations

import contextlib
import io
import numbers
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats
from gradcheck.numerics.richardson import DOUBLE, SINGLE, nodes
from gradcheck.progress import Progress

IMAGINARY_STEP = 1e-20


class NotANumber(Exception):
    """What a function returned is not one real number; the text says what it is and what to do."""


def number(value: Any, name: str) -> float:
    """The one number that a function returned, as a float; arrays of one entry count. Raises NotANumber."""
    match value:
        case None:
            raise NotANumber(f"{name} returned None: is a `return` missing?")
        case tuple():
            raise NotANumber(f"{name} returned {_shown(value)}, not one number: return the cost alone, as {name}(…)[0]")
        case bool() | np.bool_() | str() | bytes() | list() | dict() | set():
            raise NotANumber(f"{name} returned {_shown(value)}, not one number")
        case numbers.Real():
            return float(value)
    try:
        array = np.asarray(value)
    except Exception as error:
        raise NotANumber(f"{name} returned a {type(value).__name__}, not one number ({error})") from None
    if array.dtype.kind not in "fiuc":
        raise NotANumber(f"{name} returned {_shown(value)}, not one number")
    if array.size != 1:
        cure = f"sum it to a cost, or check one entry, as in lambda x: {name}(x)[{', '.join('0' * array.ndim)}]"
        raise NotANumber(f"{name} returned an array of shape {array.shape}, not one number: {cure}")
    if array.dtype.kind == "c":
        raise NotANumber(f"{name} returned the complex number {array.item()}: return its real part")
    return float(array.item())


def _shown(value: Any) -> str:
    text = repr(value)
    return f"a {type(value).__name__}" if len(text) > 40 or text[0] == "<" else f"the {type(value).__name__} {text}"


class Sampler:
    """A function at a point: its value there, along lines, and at imaginary distances."""

    def __init__(self, f: Callable[..., Any], name: str, arguments: Sequence[Argument]) -> None:
        self.f, self.name, self.arguments = f, name, arguments
        self.evaluations = 0
        self.prints = False
        self.failures: Counter[str] = Counter()
        self.precision = SINGLE if any(argument.precision is SINGLE for argument in arguments) else DOUBLE
        self.progress: Progress | None = None
        self.is_real_only = False
        """Set once f has shown that it cannot read complex numbers."""

    def in_double(self) -> Sampler | None:
        """The same code on arguments of double precision, though what it returns may be rounded to single."""
        wide = Sampler(self.f, self.name, [argument.in_double() for argument in self.arguments])
        wide.failures = self.failures
        try:
            value = wide.here(wide.fresh())
        except Exception:
            return None
        return wide if np.isfinite(value) else None

    def fresh(self) -> list[Any]:
        """Copies of all arguments, as the function is to be given them."""
        return [argument.given(argument.value) for argument in self.arguments]

    def here(self, given: Sequence[Any]) -> float:
        """The value at the point itself. Exceptions are the user's own and pass; raises NotANumber."""
        self.evaluations += 1
        value = self.f(*given)
        if getattr(value, "dtype", None) == np.float32:
            self.precision = SINGLE
        return number(value, self.name)

    def along(self, argument: Argument, direction: Floats) -> Floats:
        """The values at all of the ladder's nodes, shape (K,); NaN where f has none."""
        moves = self._moves(argument, direction)
        return np.array([self.at(self._moved(argument, argument.value + move)) for move in moves])

    def _moves(self, argument: Argument, direction: Floats) -> Iterator[Floats]:
        for step in nodes(precision=self.precision):
            yield (step * direction).astype(argument.value.dtype)

    def at(self, values: Sequence[Floats]) -> float:
        """The value at other arguments; NaN where f has none."""
        self.evaluations += 1
        if self.progress is not None:
            self.progress.advance()
        try:
            return number(self.f(*self._given(values)), self.name)
        except NotANumber as problem:
            self.failures[str(problem)] += 1
        except Exception as error:
            self.failures[f"{type(error).__name__}: {error}" if str(error) else type(error).__name__] += 1
        return float("nan")

    def _moved(self, argument: Argument, value: Floats) -> list[Floats]:
        return [value if other is argument else other.value for other in self.arguments]

    def _given(self, values: Sequence[Floats]) -> list[Any]:
        return [argument.given(value) for argument, value in zip(self.arguments, values, strict=True)]

    def imaginary(self, argument: Argument, direction: Floats) -> tuple[float, float]:
        """Im f(x + ihv)/h and -Im f(x - ihv)/h for a tiny h; NaN where f does not read complex numbers as such.

        They differ where the point lies on a kink and f decides by comparing complex numbers, which NumPy does by the
        imaginary part if the real parts are equal.
        """
        if self.is_real_only:
            return float("nan"), float("nan")
        ahead, behind = (self._imaginary(argument, sign * IMAGINARY_STEP * direction) for sign in (1, -1))
        return ahead / IMAGINARY_STEP, -behind / IMAGINARY_STEP

    def _imaginary(self, argument: Argument, step: Floats) -> float:
        self.evaluations += 1
        moved = argument.value + np.multiply(1j, step).astype(np.result_type(argument.value.dtype, np.complex64))
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                value = np.asarray(self.f(*self._given(self._moved(argument, moved))))
            except Exception:
                value = np.zeros(())
        if value.dtype.kind != "c" or value.size != 1 or not np.isfinite(value.item()):
            self.is_real_only = value.dtype.kind != "c"
            return float("nan")
        return float(value.item().imag)

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """No output and no warnings: for calls that repeat what was said before, or are made at points of our choice.

        Ctrl-C and whatever else ends it passes.
        """
        sink = _Sink()
        with contextlib.redirect_stdout(sink), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                yield
            finally:
                self.prints = self.prints or sink.is_used


class _Sink(io.TextIOBase):
    """Forgets what is written to it."""

    is_used = False

    def write(self, text: str) -> int:
        self.is_used = True
        return len(text)
