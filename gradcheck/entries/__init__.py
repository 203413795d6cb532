"""Formulas by entries: A_ik, sums over an index, δ_ij; one algebra with arrays, to which they are lowered."""

from gradcheck.entries import conditions, derivatives, labels, lowering, numbers, reductions

__all__ = ["conditions", "derivatives", "labels", "lowering", "numbers", "reductions"]
