"""What was read is run once, line by line: what fails costs itself and what is made of it, and not the page.

It is run where nothing but NumPy's notation is known, after `admitted` has looked at all of it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcheck.documents.tex.admitted import Passing, passed
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.noted import Notes


def tried(notes: Notes, imported: Mapping[str, Sequence[str]]) -> Notes:
    """The same with what cannot be run as not read. imported: the names that its module takes, by where from."""
    modules = {package: importlib.import_module(package) for package in imported}
    names = {name: getattr(modules[package], name) for package, taken in imported.items() for name in taken}
    made: dict[str, Any] = {**names, "abs": abs}
    made |= {name: names["dims"](name) for name in notes.sizes.values() if name not in notes.made_sizes}
    made |= {name: names["indices"](printed.replace("'", "_prime")) for printed, name in notes.letters.items()}
    for name, source in notes.made_sizes.items():
        made[name] = eval(source, made)
    return passed(notes, _Running(names.keys(), set(made), values=made))


@dataclass
class _Running(Passing):
    """values: what names are so far."""

    values: dict[str, Any] = field(default_factory=dict)

    def assigned(self, lines: Sequence[str]) -> Iterator[str]:
        """The lines that can be run; what they make is known from then on."""
        for line in lines:
            name, _, source = line.partition(" = ")
            try:
                self.values[name] = self._value(source)
            except Unread as reason:
                self.lost[name] = reason.why
                self.known.discard(name)
                self.values.pop(name, None)
            else:
                self.known.add(name)
                yield line

    def why_not(self, source: str) -> str:
        """Why a formula cannot be run; "" if it can."""
        try:
            self._value(source)
        except Unread as reason:
            return reason.why
        return ""

    def _value(self, source: str) -> Any:
        """What a formula is. Raises Unread for what cannot be run."""
        if why := super().why_not(source):
            raise Unread(why)
        try:
            return eval(source, self.values)
        except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise Unread(f"it cannot be written so: {error}") from error
