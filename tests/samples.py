"""What several tests use: derivation files, claims that are judged, and domains to look at functions on."""

import itertools

import numpy as np

from gradcheck import claim, derivation, verify
from gradcheck.graph import domains

SQUARES = """
    from gradcheck import claim, derivation, dims, gradient, misprint, real

    @derivation(source="notes.txt")
    def squares():
        n = dims("n")
        x = real("x", n)
        J = (x * x).sum()
        yield claim(gradient(J, x), 2 * x, x + x, at="eq. 1")
        yield claim(gradient(J, x), misprint(x, 2 * x, "2 is lost"), at="eq. 2")
"""
HALVES = """
    from gradcheck import claim, derivation, dims, gradient, real

    @derivation()
    def halves():
        n = dims("n")
        x = real("x", n)
        J = (x * x).sum()
        yield claim(gradient(J, x), x, at="eq. 3")
"""


RANKS = {domains.REAL: 0, domains.POSITIVE: 1, domains.UNIT: 2, domains.BITS: 9}


def domains_of(row):
    """The widest domains of its arguments at whose samples a row of the function table has values."""
    choices = sorted(itertools.product(RANKS, repeat=row.arity), key=lambda choice: sum(map(RANKS.get, choice)))
    return list(next(choice for choice in choices if _has_values(row, choice)))


def _has_values(row, choice):
    rng = np.random.default_rng(5)
    return row.domain is None or bool(np.all(row.domain(*(domain.sample(rng, (50,)) for domain in choice))))


def judged(pairs):
    """The verdicts on steps that are claims of one derivation."""

    @derivation()
    def notes():
        for number, (target, step) in enumerate(pairs):
            yield claim(target, step, at=str(number))

    return [step.judgement.verdict.value for step in verify(notes, examples=2).steps]
