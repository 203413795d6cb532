"""Public names that are looked up when they are first used, so that importing a package imports nothing else."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def names_from(
    package: str, names: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package. names: the names that each of its modules has for it."""
    home = {name: module for module, theirs in names.items() for name in theirs}
    space = vars(sys.modules[package])

    def get(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = space[name] = getattr(importlib.import_module(f"{package}.{home[name]}"), name)
        return value

    return get, lambda: sorted({*space, *space["__all__"]})
