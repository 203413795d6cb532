"""Why nothing is differentiated where the array by which it is does not occur in what is differentiated.

An array that is written a second time is made anew: nothing was computed from it, although something was from what it
is made of.
"""

from gradcheck import printing
from gradcheck.graph import Derivative, inputs_of
from gradcheck.graph.walks import depends_on
from gradcheck.graph.writing import Names


def why_vacuous(derivative: Derivative, names: Names) -> str:
    """The reason, in words."""
    of, by = derivative.args

    def said(words: str) -> str:
        return printing.sentence(words.format, (of, by), names)

    if not depends_on(of, (given.key for given in inputs_of([by]))):
        return said("{0} does not depend on {1}")
    return said("{0} was not computed from this {1}, which is made anew")
