"""What is refused, and when.

An author's words mean what NumPy makes of them; where NumPy would compute something else, or nothing of the kind is
known here, they are refused. In a derivation a refusal is data: an expression that carries the reason, so that only
claims that it occurs in cannot be judged. Rules of the engine are no words of an author: masks are numbers in them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_AS_DATA = ContextVar("refusals are data", default=False)
_CHECKED = ContextVar("NumPy is asked", default=True)


class Unsupported(TypeError):
    """Something that has no rule here, or another meaning in NumPy; the text says what to write instead.

    more: what follows where there is room for it. places: file and line of all callers, the innermost first, where it
    became data.
    """

    places: tuple[tuple[str, int], ...] = ()

    def __init__(self, brief: str, more: str = "") -> None:
        super().__init__(f"{brief}. {more}" if more else brief)
        self.brief = brief


@contextmanager
def refusals_as_data() -> Iterator[None]:
    """While a derivation runs: what is refused becomes an expression without a value, and the rest goes on."""
    token = _AS_DATA.set(True)
    try:
        yield
    finally:
        _AS_DATA.reset(token)


@contextmanager
def engine() -> Iterator[None]:
    """While rules of the engine build expressions: nobody asks what NumPy would make of them."""
    token = _CHECKED.set(False)
    try:
        yield
    finally:
        _CHECKED.reset(token)


def is_checked() -> bool:
    """Whether an author's words are read, which have to mean what NumPy makes of them."""
    return _CHECKED.get()


def are_data() -> bool:
    """Whether what is refused becomes data."""
    return _AS_DATA.get()


def as_data(error: Exception) -> Unsupported:
    """The refusal as data, with its places. Raises it where no derivation runs: nobody would report it."""
    if not _AS_DATA.get():
        raise error
    refusal = error if isinstance(error, Unsupported) else Unsupported(str(error))
    refusal.places = refusal.places or tuple(_callers())
    return refusal


def _callers() -> Iterator[tuple[str, int]]:
    frame = sys._getframe(1)
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
