"""Claims that cannot fail: both sides are one expression, so that no oracle can say anything of them.

An expression is its own graph, up to what moves no entry: `x[:]` and a reshape to the shape that is there already are
the array itself. NumPy's words are graphs already when they get here: the mean is the sum divided by the number of
entries. What an author spells out can be spelled wrongly, as the letters of an index formula can. A derivative is no
expression but a question, which each oracle answers in its own way. It equals itself, as it is written: by `x[:]` it
may be another one than by `x`.

A declared size is compared with its declaration where the array is made of that size: an input, or an array of numbers.
The shape of anything else follows from those of its operands, and a claim about it can fail.
"""

from gradcheck.graph import Array, Broadcast, Derivative, Literal, Reshape, ShapeOf, is_one_number, replace

SAME_EXPRESSION = "both sides are one expression"
OWN_DECLARATION = "the array is declared with these sizes"


def by_definition(target: Array | ShapeOf, formula: object) -> str:
    """Why `target = formula` cannot fail; empty if it can."""
    if isinstance(target, ShapeOf):
        return OWN_DECLARATION if is_declared(target.array) and target.array.shape == formula else ""
    assert isinstance(formula, Array)
    return SAME_EXPRESSION if is_same(target, formula) else ""


def is_declared(array: Array) -> bool:
    """Whether the array is made of its sizes alone, as inputs are, `identity(n)` and `ones(n, m)`."""
    return not array.args or (isinstance(array, Broadcast) and isinstance(array.args[0], Literal))


def is_same(left: Array, right: Array) -> bool:
    """Whether two arrays are one expression; a number may be written (), (1,) or (1, 1)."""
    new: dict[int, Array] = {}
    one, other = (replace(side, _unmoved, new) for side in (left, right))
    if is_one_number(left.shape) and is_one_number(right.shape):
        one, other = _in_itself(one), _in_itself(other)
    return one.key == other.key


def _in_itself(node: Array) -> Array:
    """The array that is reshaped, if it is."""
    return node.args[0] if isinstance(node, Reshape) else node


def _unmoved(node: Array, args: tuple[Array, ...]) -> Array | None:
    """What a node is without what moves no entry; None if it is that already."""
    if isinstance(node, Derivative):
        return node
    if isinstance(node, Reshape):
        inner = _in_itself(args[0])
        return inner if inner.shape == node.shape else node.rebuild([inner])
    return args[0] if isinstance(node, Broadcast) and args[0].shape == node.shape else None
