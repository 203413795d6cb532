"""A page of notes, read: what it declares, what it defines, what it claims, and what of it is not understood."""

from __future__ import annotations

import re
from functools import cached_property

from gradcheck.documents.tex import declarations, index_sets, named_sets, steps
from gradcheck.documents.tex.claims import Claims
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.noted import Notes
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.symbols import Symbol

_MASK = re.compile(
    r"\$\\?([A-Za-z]+)[^$]*\$[^.$]{0,40}\b(?:mask|indicators?|indicator matrix)\s+of\s+\$(\\?[A-Za-z]+)\$"
)
"""What names the mask of a set of indices."""


def read(page: Page) -> Notes:
    """Read a page. Nothing of it is executed."""
    return _Reading(page).notes()


class _Reading(Claims):
    """A page while it is read."""

    def notes(self) -> Notes:
        """Everything, in the order in which it can be understood."""
        steps.find(self.scope, self.page, [one.statement for one in self.stated])
        self._conventions()
        alone = (one.statement for one in self.stated if not one.formula.is_display and not one.is_header)
        self.scope.spoken_of = {one.left.text for one in alone if len(one.sides) == 1}
        self._sizes()
        named_sets.find(self.scope, [one.statement for one in self.stated])
        index_sets.find(self.scope, self.page.text, [one.statement for one in self.stated])
        everything = self.stated
        for part in self._parts():
            self.stated, self.defined_at, self.defined_cases = part, {}, set()
            self.slopes, self.aliased, self.reasons = set(), set(), {}
            self._hide()
            self._declare()
            for key, (mask, _) in self._masks.items():
                self.made_of[key] = frozenset((mask,))
            self._any_functions()
            self._forget_numbers()
            self._define()
            self.scope.undeclared.clear()
            self._define_some()
            self._find_cost()
            self.cost_of_part = self.scope.cost
            self.lays_out = self.lays_out or any(map(self._shows_layout, part))
            for one in part:
                if not one.is_header:
                    self._claim(one)
            known = self._heads() | self.scope.letters.keys()
            self.missing |= {key: line for key, line in self.scope.undeclared.items() if key not in known}
        self.stated = everything
        for key in self.scope.assumed:
            if (symbol := self.scope.symbols.get(key)) is not None:
                self.inputs[symbol.name] = f'{symbol.name} = real("{symbol.name}")'
        for key, axes in self.scope.index_sets.items():
            if axes and (symbol := self.scope.symbols.get(key)) is not None:
                self._index_set(key, symbol)
        for name, (key, shape) in self.scope.differentials.items():
            domain = self.declared[key].domain if key in self.declared else declarations.REAL
            of_these = (declarations.SYMMETRIC, declarations.DEFINITE)
            change = Declared(key, declarations.SYMMETRIC if domain in of_these else declarations.REAL, shape)
            self.inputs[name] = declarations.source_of(change, name, name)
        sources = [source for claim in self.claims for instance in claim.instances for source in instance]
        used = "\n".join([*self.inputs.values(), *self.definitions, *sources])
        made = {size: source for size, source in self.scope.made_sizes.items() if re.search(rf"\b{size}\b", used)}
        used = "\n".join([used, *made.values()])
        sizes = {k: v for k, v in self.scope.sizes.items() if re.search(rf"\b{v}\b", used)}
        letters = {k: v for k, v in self.scope.letters.items() if re.search(rf"\b{v}\b", used)}
        found = (self.page, sizes, letters, list(self.inputs.values()), self.definitions, self.claims, self.others)
        return Notes(
            *found, self.scope.assumed, self.missing, self.remarks, self.scope.broadcasts, self.scope.larger, made
        )

    def _index_set(self, key: str, symbol: Symbol) -> None:
        """A set of indices, which is any, or that of which a sentence says what its mask is."""
        mask, name = self._masks.get(key, ("", ""))
        if mask and self.declared.get(mask, Declared("", "", ())).shape == symbol.shape and name in self.inputs:
            self.definitions.insert(0, f"{symbol.name} = {name}")
            self.remarks.append(f"{mask} is the mask of {symbol.text}")
            return
        self.inputs[symbol.name] = index_sets.source_of(self.scope, key)
        self.remarks.append(f"{symbol.text} is any set of indices")

    @cached_property
    def _masks(self) -> dict[str, tuple[str, str]]:
        """The masks of sets of indices that the page names, each with its name in Python."""
        found = {}
        for match in _MASK.finditer(self.page.text):
            mask, key = match[1], match[2].lstrip("\\")
            if key in self.scope.index_sets and mask in self.scope.symbols:
                found[key] = mask, self.scope.symbols[mask].name
        return found
