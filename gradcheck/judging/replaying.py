"""What is right in one instance of a claim, in another one: the same edits of what is printed there."""

from __future__ import annotations

from typing import NamedTuple

from gradcheck.documents.claims import Claim
from gradcheck.documents.instances import Run
from gradcheck.graph import Array, each_written, walk
from gradcheck.judging.mistakes import symbols_of
from gradcheck.repair.replay import NUMBER, Replay


class Instance(NamedTuple):
    """A claim about values in one run of its derivation, and what is printed there for one of its steps."""

    run: Run
    claim: Claim
    printed: Array

    @property
    def target(self) -> Array:
        """The left-hand side."""
        assert isinstance(self.claim.target, Array)  # nothing is searched for claims about sizes
        return self.claim.target

    @property
    def symbols(self) -> dict[str, Array]:
        """What has a name here; what a loop counts may have it elsewhere: `z[1]` is `z_i` for a while."""
        elsewhere = {name: i for other in self.run.claims for i, name in other.names.items() if NUMBER.search(name)}
        nodes = {id(node): node for node in each_written(self.run.graphs())}
        counted = {name: nodes[i] for name, i in elsewhere.items() if i in nodes}
        names = self.claim.names
        return counted | {names[id(node)]: node for node in symbols_of(self.run.graphs(), names)}

    def in_another(self, other: Instance, formula: Array) -> Array | None:
        """A formula that may stand here for what is printed, in another instance; None if it has no counterpart."""
        functions = dict(zip(self.run.structure.values(), other.run.structure.values(), strict=True))
        shared = {id(node) for node in walk(formula)} if other.run is self.run else set()
        targets, names = (self.target, other.target), other.claim.names
        again = Replay(self.printed, self.claim.names, other.printed, other.symbols, names, functions, targets, shared)
        return again.of(formula)
