"""A page of notes, read: what it declares, what it defines, what it claims, and what of it is not understood."""

from __future__ import annotations

import re

from gradcheck.documents.tex import declarations, index_sets, named_sets, steps
from gradcheck.documents.tex.claims import Claims
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.noted import Notes
from gradcheck.documents.tex.pages import Page


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
            self._any_functions()
            self._define()
            self.scope.undeclared.clear()
            self._define_some()
            self._find_cost()
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
                self.inputs[symbol.name] = index_sets.source_of(self.scope, key)
                self.remarks.append(f"{symbol.text} is any set of indices")
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
