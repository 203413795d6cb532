"""The largest of several numbers, for exact algebra: the value, its derivatives, and the mask of all that are as large.

`largest(x0, x1, …)` has the derivative `chosen(i, x0, x1, …)` by entry i: 1 if this entry is larger than all others, 0
if another one is, and no value where they tie. `equals_largest(i, x0, x1, …)` is 1 where no other entry is larger.
"""

from collections.abc import Sequence

import sympy as sp

from gradcheck.functions.row import step


class largest(sp.Function):  # type: ignore[misc]  # noqa: N801 - SymPy's functions are lower case
    """The largest entry."""

    is_real = True

    @classmethod
    def eval(cls, *entries: sp.Expr) -> sp.Expr | None:
        """Of one entry, and of numbers."""
        return max(entries) if len(entries) == 1 or _are_numbers(entries) else None

    def fdiff(self, argindex: int) -> sp.Expr:
        """Return the mask of the largest entry."""
        return chosen(argindex - 1, *self.args)


class _Mask(sp.Function):  # type: ignore[misc]
    """Constant between the jumps; the first argument is a position."""

    is_real = True

    def fdiff(self, argindex: int) -> sp.Expr:
        """Return 0: the derivative away from the jumps."""
        return sp.S.Zero


class chosen(_Mask):  # noqa: N801
    """1 if the entry at this position is larger than all others, 0 if another one is."""

    @classmethod
    def eval(cls, position: sp.Integer, *entries: sp.Expr) -> sp.Expr | None:
        """Of numbers that do not tie."""
        if not _are_numbers(entries) or entries.count(max(entries)) > 1:
            return None
        return sp.Integer(entries[int(position)] == max(entries))


class equals_largest(_Mask):  # noqa: N801
    """1 if no entry is larger than the one at this position, else 0."""

    @classmethod
    def eval(cls, position: sp.Integer, *entries: sp.Expr) -> sp.Expr | None:
        """Of one entry or two, and of numbers."""
        own, others = entries[int(position)], [entry for i, entry in enumerate(entries) if i != position]
        if len(others) < 2:
            return 1 - step(others[0] - own) if others else sp.S.One
        return sp.Integer(own == max(entries)) if _are_numbers(entries) else None


def _are_numbers(entries: Sequence[sp.Expr]) -> bool:
    return all(entry.is_Rational for entry in entries)
