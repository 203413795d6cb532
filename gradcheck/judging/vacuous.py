"""Why nothing is differentiated where the array by which it is does not occur in what is differentiated.

An array that is written a second time is made anew: nothing was computed from it, although something was from what it
is made of.
"""

from gradcheck import printing
from gradcheck.graph import Array, Derivative, inputs_of
from gradcheck.graph.sizes import is_one_number
from gradcheck.graph.walks import depends_on
from gradcheck.graph.writing import Names


def why_vacuous(derivative: Derivative, names: Names) -> str:
    """The reason, and what to write instead where that is known."""
    of, by = derivative.args

    def said(words: str, *others: Array) -> str:
        return printing.sentence(words.format, (of, by, *others), names)

    if not depends_on(of, (given.key for given in inputs_of([by]))):
        return said("{0} does not depend on {1}")
    whole = _whole(by)
    if whole is by or not depends_on(of, [whole.key]):
        return said("{0} was not computed from this {1}, which is made anew")
    item = printing.source(by, names).removeprefix(printing.name(whole, names))
    cure = "jacobian({0}, {2}) and take its entries"
    if is_one_number(of.shape):
        cure = f"gradient({{0}}, {{2}}){item}"
    return said(
        f"{{0}} was not computed from this {{1}}, which indexing makes anew, but from {{2}}: write {cure}", whole
    )


def _whole(array: Array) -> Array:
    """What an array was cut out of by indices."""
    while array.written is not None and array.written.word == "index":
        array = array.written.operands[0]
    return array
