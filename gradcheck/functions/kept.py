"""Results that are kept as long as what they are results about."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T", bound=Hashable)
P = ParamSpec("P")
R = TypeVar("R")


def kept_with_the_first(build: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """Decorator: as `functools.cache`, but forgotten with the first argument. All arguments stand by position."""
    tables: WeakKeyDictionary[T, dict[tuple[Any, ...], R]] = WeakKeyDictionary()

    @wraps(build)
    def kept(first: T, /, *rest: P.args, **none: P.kwargs) -> R:
        table = tables.setdefault(first, {})
        if rest not in table:
            table[rest] = build(first, *rest, **none)
        return table[rest]

    return kept
