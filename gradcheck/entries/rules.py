"""What is done with formulas by entries, by name: each file adds its own, so that none needs another."""

from collections.abc import Callable
from typing import Any, TypeVar

Rule = TypeVar("Rule", bound=Callable[..., Any])

RULES: dict[str, Callable[..., Any]] = {}
"""`select` entries of an array, take a `condition` on indices or `cases` by it, `sum`, `max`, make an `array`, …"""


def rule(name: str) -> Callable[[Rule], Rule]:
    """Decorator: the function is what is done under this name."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register
