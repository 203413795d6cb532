"""What an author calls arrays, read from the frame of a derivation while it runs.

The names are those of its local variables, of what these hold, and of variables of its module that it uses.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from gradcheck.entries.tree import Entries
from gradcheck.graph import Array

DEEPEST = 4
"""How deep arrays may lie in lists and objects to be found."""
NOT_THE_AUTHORS = {"builtins", "gradcheck", "hypothesis", "numpy", "sympy"}
"""Packages whose objects are not looked into: functions, modules and strategies are among them."""


def named_in(frame: FrameType, left_over: Container[str]) -> dict[int, tuple[str, Array]]:
    """Arrays with their names, by `id`: `W`, `Z[1]` in lists, tuples and dictionaries, `w` or `s.w` for attributes.

    An attribute is called by its own name, unless something else in sight has that name. What is left over of a loop
    names only what has no other name.
    """
    local = frame.f_locals
    used = {name: frame.f_globals[name] for name in _used_outside(frame.f_code) if name in frame.f_globals}
    of_loops = {name: value for name, value in local.items() if name in left_over}
    names: dict[int, str] = {}
    arrays: dict[int, Array] = {}
    for variables in ({name: local[name] for name in local if name not in of_loops}, used, of_loops):
        for path, array in _arrays(variables):
            names.setdefault(id(array), path)
            arrays[id(array)] = array
    return {key: (name, arrays[key]) for key, name in _shortened(names, {*local, *used}).items()}


@lru_cache
def _used_outside(code: CodeType) -> tuple[str, ...]:
    """The names of a function, and of the functions in it, that are no local variables."""
    inside = (name for part in code.co_consts if isinstance(part, CodeType) for name in _used_outside(part))
    return (*code.co_names, *inside)


def _arrays(variables: Mapping[str, Any]) -> Iterator[tuple[str, Array]]:
    """The arrays in variables, with the paths to them, shorter ones first."""
    pending, seen = [(name, value, 0) for name, value in variables.items()], set()
    for path, value, depth in pending:  # what is nested is appended
        if isinstance(value, Array):
            yield path, value
        elif isinstance(value, Entries):
            if not value.letters:
                yield path, value.array()
        elif id(value) not in seen and depth < DEEPEST:
            seen.add(id(value))
            pending += [(f"{path}{way}", part, depth + 1) for way, part in _parts(value)]


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a value holds, with how it is reached."""
    match value:
        case dict():
            yield from ((f"[{key}]", part) for key, part in value.items())
        case list() | tuple():
            yield from ((f"[{i}]", part) for i, part in enumerate(value))
        case _ if _is_plain(value):
            yield from ((f".{name}", part) for name, part in vars(value).items())


def _is_plain(value: Any) -> bool:
    """Whether it is an object that an author may hold arrays in: a namespace, or an instance of a class of theirs."""
    is_theirs = type(value).__module__.partition(".")[0] not in NOT_THE_AUTHORS
    return is_theirs and hasattr(value, "__dict__") and not isinstance(value, type)


def _shortened(names: Mapping[int, str], taken: Container[str]) -> dict[int, str]:
    """`w` for `s.w`, where nothing else is called so."""
    own = {key: found[1] for key, path in names.items() if (found := re.fullmatch(r"\w+\.(.+)", path))}
    uses = Counter(own.values())

    def is_free(name: str) -> bool:
        return uses[name] == 1 and re.split(r"\W", name, maxsplit=1)[0] not in taken

    return {key: own[key] if key in own and is_free(own[key]) else path for key, path in names.items()}
