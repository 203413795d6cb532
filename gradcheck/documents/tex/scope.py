"""What is known on a page while its formulas are read: sizes, symbols, functions, indices, and which step it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.symbols import Mapped, NamedSet, Names, Symbol, python_name
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import Row

GREEK_NUMBERS = frozenset(
    ["lambda", "alpha", "beta", "eta", "kappa", "rho", "tau", "gamma", "epsilon", "varepsilon", "nu", "omega"]
)
"""Letters that are taken for real numbers where a page uses them and says nothing of them, which is said."""

VARIANTS = {"epsilon": "varepsilon", "varepsilon": "epsilon"}
"""Two shapes of one letter: beside the one that is declared, the other is none that says nothing of itself."""


POSITIONS = ("v", "r", "q", "s", "u", "o", "g", "h", "z", "y", "x", "w")
"""What positions are called that a page has no letter for."""


@dataclass
class Scope:
    """What letters mean.

    sizes: by key, what each is in Python. symbols: by key. functions: by key, what is called for them.
    own_letters: what their arguments are called where they are defined. free: the
    indices of the claim that is read. steps: the number that a letter of a step is. softmax_axis: along which a softmax
    of a matrix goes; None if the page does not say. rows_by_index: whether an index alone names a row.
    ones: letters that stand on an axis of one position in the claim that is read. cost: what updates descend.
    has_basis: whether e_i is a basis vector. has_kronecker: whether δ_ij is Kronecker's.
    has_one_output: whether the last layer has one unit.
    has_differentials: whether dz is a change of z. side_by_side: how things
    of one shape are multiplied that stand side by side, where that is said. whole_for_entries: whether ∂L/∂W may stand
    for an entry of it. differentials: the changes that are spoken of, each with its symbol and shape.
    changes: what is changed in the claim that is read, with the names of their changes. unsaid: the index of examples
    where it goes unsaid. may_be_all: whether letters may stand for all examples where one does not fit. whole_sample:
    whether they do in what is read.
    bound_somewhere: indices, as sums and words say it; summed: those of sums.
    spoken_of: letters that stand alone in a sentence, as in: an example of the class c.
    members: of what matrix they are members, and whether its rows.
    index_sets: the sets of indices that sums go over, each with its letters and what these run to, once that is known.
    index_sums: by set, the sums that go over it, as they are printed.
    named_sets: the sets that are defined by what holds of their members, and set_letters: what such are called.
    all_marks: the signs that stand for all positions along an axis, as in P_{i,:}.
    mapped: what functions make of any arguments, by their keys. given: what the letters of one stand for while it is
    read. alone: the same of letters that stand for themselves in the claim that is read. depth: how many
    functions stand in each other.
    linear: losses of which the page says nothing, so that only their first derivatives are known.
    dropped: indices that sentences say are dropped, and where. silent: the one of them that goes unsaid
    in the claim that is read.
    apart: two indices and the sign between them, of what is said where they are equal, or where they are not.
    pi_is_number: whether π without an index is the number, and another thing with one.
    first: what positions are counted from. shifted: indices, in Python, that stand in places such as i + 1.
    made_sizes: sizes that are made of others. is_zero_outside: whether entries are 0 outside of their arrays.
    """

    names: Names = field(default_factory=Names)
    sizes: dict[str, str] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    own_letters: dict[str, str] = field(default_factory=dict)
    larger: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    steps: dict[str, int] = field(default_factory=dict)
    step_letters: dict[str, tuple[int, int]] = field(default_factory=dict)
    step_sizes: dict[str, int] = field(default_factory=dict)
    undeclared: dict[str, tuple[str, int]] = field(default_factory=dict)
    primed: set[str] = field(default_factory=set)
    lambdas: set[str] = field(default_factory=set)
    made_of: dict[str, frozenset[str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    bound_somewhere: set[str] = field(default_factory=set)
    summed: set[str] = field(default_factory=set)
    stepped: set[str] = field(default_factory=set)
    defined_later: set[str] = field(default_factory=set)
    letter_sizes: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    softmax_axis: int | None = None
    primes_transpose: bool = False
    dot_by_entry: bool = False
    star_convolves: bool = False
    functions_by_entry: bool = False
    layouts: frozenset[str] = frozenset()
    broadcasts: bool = False
    columns_are_examples: bool = False
    rows_by_index: bool = False
    ones: set[str] = field(default_factory=set)
    cost: str = ""
    generation: int = 0
    ascends: bool = False
    has_basis: bool = False
    has_kronecker: bool = False
    has_one_output: bool = False
    has_differentials: bool = False
    side_by_side: str = ""
    whole_for_entries: bool = False
    star_by_entry: bool = False
    unsaid: str = ""
    may_be_all: bool = False
    example_sizes: set[str] = field(default_factory=set)
    whole_sample: bool = False
    spoken_of: set[str] = field(default_factory=set)
    pi_is_number: bool = False
    index_sets: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    index_sums: dict[str, list[Row]] = field(default_factory=dict)
    set_letters: set[str] = field(default_factory=set)
    named_sets: dict[str, NamedSet] = field(default_factory=dict)
    all_marks: frozenset[str] = frozenset((":",))
    members: dict[str, tuple[str, bool]] = field(default_factory=dict)
    differentials: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    mapped: dict[str, Mapped] = field(default_factory=dict)
    given: Mapping[str, Term] = field(default_factory=dict)
    alone: dict[str, Term] = field(default_factory=dict)
    linear: set[str] = field(default_factory=set)
    dropped: dict[str, int] = field(default_factory=dict)
    silent: str = ""
    apart: tuple[str, str, str] | None = None
    depth: int = 0
    first: int = 1
    shifted: set[str] = field(default_factory=set)
    made_sizes: dict[str, str] = field(default_factory=dict)
    is_zero_outside: bool = False

    def letter(self, key: str) -> str:
        """An index in Python. Raises Unread for what is no letter."""
        if key in self.symbols and not self.symbols[key].family:  # no k_j stands without its j
            raise Unread(f"{key} is an index here, and elsewhere a symbol")
        if key not in self.letters:
            wanted = key.replace("'", "_prime")
            if not wanted.isidentifier():
                raise Unread(f"{key} is no index")
            self.letters[key] = self.names.give(f"index {key}", wanted)
        return self.letters[key]

    def positions(self) -> list[str]:
        """Letters for positions, in Python, that are no symbols of the page."""
        return [self.letter(name) for name in POSITIONS if name not in self.symbols]

    def free_letter(self) -> str:
        """A letter for positions of which the page names none. Raises Unread if all are taken."""
        taken = {*self.symbols, *self.sizes, *self.free, *self.bound, *self.steps, *self.bound_somewhere}
        found = next((name for name in POSITIONS if name not in taken), None)
        if found is None:
            raise Unread("dots within dots")
        return found

    def size(self, key: str) -> str:
        """A size in Python, made known if it is new."""
        if key not in self.sizes:
            wanted = python_name(key.replace("'", "_prime"))
            self.sizes[key] = self.names.give(f"size {key}", wanted)
        return self.sizes[key]

    def name(self, key: str) -> str:
        """A name for a symbol."""
        return self.names.give(key, python_name(key))

    def assume(self, key: str) -> Symbol | None:
        """A number that the page says nothing of: an equation that gives it a meaning may not have been read."""
        is_known = key in self.functions or key in self.defined_later or VARIANTS.get(key, key) in self.symbols
        if key not in GREEK_NUMBERS or is_known:
            return None
        self.symbols[key] = Symbol(key, self.name(key), (), text=f"\\{key}")
        self.assumed[key] = "real"
        return self.symbols[key]

    def reached(self, keys: Iterable[str], beside: str = "") -> set[str]:
        """What symbols are made of, and they themselves, without what is reached through one of them only."""
        found, waiting = set[str](), list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found and key != beside:
                found.add(key)
                waiting += self.made_of.get(key, ())
        return found

    def meaning(self, key: str) -> str:
        """What a letter means here, where it may have meant something else in a part of the page above."""
        return f"{key} {self.generation}" if self.generation else key

    def declared_later(self, key: str) -> bool:
        """Whether the page gives a meaning to a letter somewhere."""
        return key in self.defined_later

    def step_range(self, letter: str) -> tuple[int, int]:
        """The first and the last step that a letter stands for."""
        return self.step_letters[letter]

    def step_number(self, text: str) -> int | None:
        """The number of a step: written out, a size of which so many steps are looked at, or a letter at its step."""
        if text.lstrip("-").isdigit():
            return int(text)
        match = re.fullmatch(r"(\w+)([+-]\d+)?", text)
        number = self.step_sizes.get(match[1], self.steps.get(match[1])) if match else None
        return None if match is None or number is None else number + int(match[2] or 0)

    @contextmanager
    def binding(self, letters: Mapping[str, str]) -> Iterator[None]:
        """Letters that are summed over inside."""
        before = dict(self.bound)
        self.bound.update(letters)
        try:
            yield
        finally:
            self.bound = before

    @contextmanager
    def at_step(self, steps: Mapping[str, int]) -> Iterator[None]:
        """The numbers of steps."""
        before = dict(self.steps)
        self.steps.update(steps)
        try:
            yield
        finally:
            self.steps = before
