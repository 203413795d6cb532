"""The symbols of a page: what each is called there, and what it is called in Python. Two never share a name."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gradcheck.documents.tex.terms import Shape
from gradcheck.documents.tex.tree import Row

_MARKS = {"hat": "hat", "tilde": "tilde", "bar": "bar", "vec": "vec", "dot": "dot", "check": "check", "breve": "breve"}


NUMBERED = "^()"
"""What the key of a letter ends with that has a number above it, beside the same letter without one."""

INDEXED = "_()"
"""The same of one with an index below it, beside a number that has none: residuals r_i, and the r of ρ(r)."""


@dataclass(frozen=True)
class Symbol:
    """Something with a meaning. key: what it is known by on the page. name: in Python. shape: of one of its members.

    family: the sizes of the axes by which its members are counted, as the N of examples x_1, …, x_N. text: as it is
    printed. is_input: whether it was declared, and not defined. args: what it is applied to where it is defined.
    classes: of labels, how many there are. implicit: the
    indices of its family that go unsaid, as the word o in a loss J = -log p_o. is_by_columns:
    whether its members are the columns of an array. is_numbered: whether its index stands above it, in round brackets.
    """

    key: str
    name: str
    shape: Shape
    family: tuple[str, ...] = ()
    text: str = ""
    is_input: bool = True
    args: str = ""
    arguments: tuple[Row, ...] = ()
    classes: str = ""
    implicit: tuple[str, ...] = ()
    is_by_columns: bool = False
    is_numbered: bool = False

    @property
    def is_lone_number(self) -> bool:
        """Whether it is one number, and not one of several whose index goes unsaid."""
        return self.shape == () and not self.family and not self.implicit

    @property
    def axes(self) -> tuple[str, ...]:
        """The sizes of the axes that indices may stand on: of its family, then those of more than one position."""
        return (*self.family, *(size for size in self.shape or () if size != "1"))


@dataclass(frozen=True)
class Mapped:
    """A function. letters: what its arguments are called where it is defined. body: what it makes of them."""

    letters: tuple[str, ...]
    body: Row


@dataclass(frozen=True)
class NamedSet:
    """A set of indices. outer: the letters that stand at it, and inner: those of its members. said: what holds of them.

    In S_i = {j : (i, j) ∈ Ω} these are i, j and (i, j) ∈ Ω.
    """

    base: str
    outer: tuple[str, ...]
    inner: tuple[str, ...]
    said: Row


@dataclass
class Names:
    """Names in Python, each given once."""

    taken: dict[str, str] = field(default_factory=dict)

    def give(self, key: str, wanted: str) -> str:
        """A name of its own for a key, close to what is wanted."""
        for name in _variants(wanted):
            if self.taken.setdefault(name, key) == key:
                return name
        raise AssertionError

    def reserve(self, names: Mapping[str, str]) -> None:
        """Names that mean something else in a module."""
        self.taken.update(names)


def _variants(wanted: str) -> Iterator[str]:
    if wanted.isidentifier() and not keyword.iskeyword(wanted):
        yield wanted
    yield f"{wanted}_"
    yield from (f"{wanted}_{count}" for count in range(2, 10_000))


def python_name(key: str) -> str:
    """The name that a key would have in Python, which prints as it does: `W^[1]` is W1, `hat:y_i` y_hat_i, `W_2` W_2.

    Fonts go unsaid, and σ² is a letter of its own.
    """
    base, marks = key, []
    while ":" in base:
        mark, _, base = base.partition(":")
        marks += [_MARKS[mark]] if mark in _MARKS else []
    letter, sups, subs = _parts(base)
    text = _DIGITS.get(letter, letter)
    for sup in sups:
        text += sup if sup[:1].isdigit() and key != "sigma^2" else f"_{sup.replace('2', 'sq')}"
    text = f"d{text}" if key.startswith("d:") else f"log_{text}" if key.startswith("log:") else text
    text += "".join(f"_{mark}" for mark in marks) + "".join(f"_{sub}" for sub in subs)
    text = re.sub(r"_+", "_", text).strip("_")
    return text if text and not text[0].isdigit() else f"x{text}"


_DIGITS = {"0": "zero", "1": "one"}


def _parts(base: str) -> tuple[str, list[str], list[str]]:
    words = re.split(r"([\^_])", base)
    sups: list[str] = []
    subs: list[str] = []
    for sign, text in zip(words[1::2], words[2::2], strict=False):
        clean = re.sub(r"\W+", "", text.replace("*", "star").replace("+", "plus").replace("-", "minus"))
        if clean:
            (sups if sign == "^" else subs).append(clean)
    return re.sub(r"\W+", "", words[0]), sups, subs
